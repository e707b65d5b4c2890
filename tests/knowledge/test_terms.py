from knowledge.terms import coverage, terms


def test_stop_words_carry_no_matter():
    assert terms("How many days of leave do I get?") == {"day", "leav"}


def test_forms_of_a_word_share_a_stem():
    assert terms("approved approvals") & terms("approve an approval")


def test_coverage_is_the_share_of_the_terms_in_the_text():
    assert coverage(terms("hotel limit Manchester"), "The limit for a hotel in Cork") == 2 / 3


def test_a_question_without_terms_covers_nothing():
    assert coverage(terms("what is it?"), "Anything at all.") == 0.0
