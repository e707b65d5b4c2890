import pytest

from knowledge.differences import differences, lines
from tests.knowledge.papers import LEAVE, NOTICE, meals, published_pdf, published_text
from tests.knowledge.test_comparing import drawn

pytestmark = pytest.mark.usefixtures("var")


def test_a_version_is_its_headings_sentences_items_and_rows(everyone):
    assert lines(published_text(everyone, meals())) == [
        "Limits",
        "You may claim what a meal cost you.",
        "Keep the receipt.",
        "• no alcohol",
        "• no laundry",
        "Meal | Ireland | Abroad",
        "Lunch | 16 euro | 22 euro",
        "Dinner | 35 euro | 48 euro",
    ]


def test_what_changed_is_told_wherever_the_passages_begin(everyone):
    more = [f"Rule {n} of many says that everybody does as everybody did." for n in range(60)]
    old = published_pdf(everyone, [LEAVE, NOTICE, *more[:20]], more[20:40], more[40:])
    new = published_pdf(everyone, ["A new beginning.", LEAVE, NOTICE, *more[:20]], more[20:])
    assert [hunk.kind for hunk in differences(old, new)] == ["added", "same", "same"]
    assert drawn(differences(old, new))[0] == "+ A new beginning."


def test_a_version_does_not_differ_from_itself(everyone):
    version = published_pdf(everyone, [LEAVE])
    assert differences(version, version) == []
