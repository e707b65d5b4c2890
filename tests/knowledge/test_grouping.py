import pytest

from knowledge.found import Sentence
from knowledge.grouping import grouped, places
from tests.helpdesk.answers import found


def passage(ordinal, score=1.0, text=None, version=1, **values):
    text = text or f"Passage {ordinal}."
    defaults = {
        "passage_id": 10 * version + ordinal,
        "version_id": version,
        "ordinal": ordinal,
        "score": score,
        "page": ordinal,
        "page_starts": ((0, ordinal),),
        "sentences": (Sentence(0, len(text), score),),
    }
    return found(text, **(defaults | values))


def shown(ranked, limit=5):
    return [[one.ordinal for one in group.alone] for group in grouped(ranked, limit)]


def test_neighbours_become_one_and_leave_a_place_free():
    ranked = [passage(4), passage(9), passage(3), passage(7), passage(1)]
    assert shown(ranked, limit=4) == [[3, 4], [9], [7], [1]]


def test_a_passage_beyond_the_limit_joins_its_neighbour_alone():
    assert shown([passage(4), passage(9), passage(5), passage(7)], limit=2) == [[4, 5], [9]]


def test_passages_of_two_versions_are_no_neighbours():
    assert shown([passage(4), passage(5, version=2)]) == [[4], [5]]


def test_no_more_than_three_join():
    assert shown([passage(n) for n in (1, 2, 3, 4)]) == [[1, 2, 3], [4]]


def test_nothing_found_gives_nothing():
    assert grouped([], 5) == []


def test_the_joined_text_keeps_its_sentences_and_pages():
    (one,) = grouped([passage(5, 2.0), passage(4, 1.0)], 5)
    assert one.text == "Passage 4.\nPassage 5."
    assert [one.text[s.start : s.end] for s in one.sentences] == ["Passage 4.", "Passage 5."]
    assert (one.page_at(0), one.page_at(one.text.index("5"))) == (4, 5)
    assert (one.passage_id, one.score, one.page) == (15, 2.0, 5)


@pytest.mark.parametrize(
    ("quote", "passage_id", "cited"),
    [
        ("Passage 4.", 14, "Passage 4."),
        ("Passage 5.", 15, "Passage 5."),
        ("4.\nPassage", 14, "4."),
    ],
)
def test_a_place_in_it_is_one_in_a_passage(quote, passage_id, cited):
    (one,) = grouped([passage(5), passage(4)], 5)
    start = one.text.index(quote)
    member, first, last = one.member_at(start, start + len(quote))
    assert (member.passage_id, member.text[first:last]) == (passage_id, cited)


def test_a_place_in_a_passage_alone_stays():
    one = passage(1)
    assert one.member_at(3, 6) == (one, 3, 6)
    assert one.member_at(0, 0) == (one, 0, 0)


def pages_shown(*candidates, limit=3):
    ranked = [
        (passage(5 * n, score, page=page, page_starts=((0, page),)), score)
        for n, (page, score) in enumerate(candidates)
    ]
    return [one.page for one in places(ranked, limit)]


def test_a_passage_beside_better_ones_gives_way_to_one_from_elsewhere():
    assert pages_shown((4, 1.0), (5, 0.9), (9, 0.85)) == [4, 9, 5]


def test_a_much_better_passage_is_shown_though_it_is_beside_another():
    assert pages_shown((4, 1.0), (5, 0.9), (9, 0.7)) == [4, 5, 9]


def test_passages_of_one_page_share_a_place():
    assert pages_shown((4, 1.0), (9, 0.8), (4, 0.7), (12, 0.6)) == [4, 9, 12]


def test_without_pages_the_score_alone_decides():
    ranked = [(passage(n, page=None, page_starts=()), 1 - n / 100) for n in (1, 3, 5)]
    assert [one.ordinal for one in places(ranked, 3)] == [1, 3, 5]
