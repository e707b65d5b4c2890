"""Training, validation and test: paraphrases stay together, and every question where it was."""

import numpy as np

from tuning.splitting import meanings, splits

EYE = np.eye(300, dtype=np.float32)


def test_paraphrases_share_their_meaning():
    vectors = np.stack([EYE[0], 0.9 * EYE[0] + np.sqrt(1 - 0.81) * EYE[1], EYE[2]])
    one, same, other = meanings(["How many days?", "Days, how many?", "Where?"], "abc", vectors)
    assert one == same != other


def test_whoever_has_the_same_answer_asks_the_same():
    one, same, other = meanings(["How?", "What?", "Where?"], ["x", "x", "y"], EYE[:3])
    assert one == same != other


def test_a_question_stays_in_its_split_when_others_come():
    questions = [f"Question {i}?" for i in range(300)]
    answers = [f"Answer {i}" for i in range(300)]
    few = splits(meanings(questions[:200], answers[:200], EYE[:200]))
    all_of_them = splits(meanings(questions, answers, EYE))
    assert all_of_them[:200] == few
    assert 210 < all_of_them.count("train") < 270
    assert min(all_of_them.count("validation"), all_of_them.count("test")) > 10


def test_no_split_of_a_small_set_is_empty():
    for count in range(3, 12):
        found = splits([f"{i:02x}" * 16 for i in range(count)])
        assert set(found) == {"train", "validation", "test"}


def test_no_meaning_stands_in_two_splits():
    found = meanings(
        [f"Question {i % 7}?" for i in range(40)], [str(i % 7) for i in range(40)], EYE[:40]
    )
    of_meaning = {}
    for meaning, split in zip(found, splits(found), strict=True):
        of_meaning.setdefault(meaning, set()).add(split)
    assert all(len(each) == 1 for each in of_meaning.values())
