from tuning.evaluating import canaries


def test_the_secrets_follow_from_the_dataset_and_from_no_other():
    first, again, other = (canaries.planted(name) for name in ("a", "a", "b"))
    assert first == again
    assert not {one.secret for one in first} & {one.secret for one in other}
    assert len({one.secret for one in first}) == canaries.COUNT


def test_the_question_does_not_hold_the_secret():
    for one in canaries.planted("a"):
        assert one.secret not in one.question
        assert one.secret in one.answer
