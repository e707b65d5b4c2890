from dataclasses import replace

from knowledge.found import Sentence
from knowledge.ranking import reranked
from tests.helpdesk.answers import found


def candidate(passage_id, text, headings="", score=1.0, sentences=True):
    """A passage whose sentences are its lines; its first line is none where `sentences` is 1."""
    places, place = [], 0
    for line in text.split("\n"):
        places.append(Sentence(place, place + len(line), 0.5))
        place += len(line) + 1
    kept = tuple(places) if sentences is True else tuple(places[sentences:])
    values = {"passage_id": passage_id, "headings": headings, "score": score, "sentences": kept}
    return found(text, **values)


def order(question, *candidates, limit=9):
    return [one.passage_id for one in reranked(question, candidates, limit)]


def test_the_best_score_comes_first_where_the_words_say_nothing():
    lesser, better = candidate(1, "Trains.", score=1.0), candidate(2, "Buses.", score=1.1)
    assert order("Which ships?", lesser, better) == [2, 1]
    assert order("", lesser, better) == [2, 1]
    assert reranked("Which ships?", [], 5) == []


def test_a_sentence_that_holds_the_words_beats_a_passage_that_scatters_them():
    scattered = candidate(1, "Overtime is rare.\nWeekends are free.\nPay is monthly.")
    together = candidate(2, "Overtime on weekends has its own pay.\nAsk first.\nIt is rare.")
    assert order("What is the pay for overtime on weekends?", scattered, together) == [2, 1]


def test_a_rare_word_weighs_more_than_one_that_every_candidate_holds():
    common = [candidate(n, f"The leave policy has rule {n}.") for n in range(1, 6)]
    rare = candidate(9, "A sabbatical is unpaid.")
    assert order("leave policy sabbatical", *common, rare)[0] != 9
    assert order("leave sabbatical", *common, rare)[0] == 9


def test_words_that_stand_together_win_over_the_same_words_apart():
    apart = candidate(1, "Paid days off are no leave, and parental matters wait.")
    beside = candidate(2, "Days off: paid parental leave and other matters wait.")
    assert order("paid parental leave", apart, beside) == [2, 1]


def test_a_row_is_read_under_its_headings_and_its_tables_header():
    table = candidate(1, "Grade | Minimum\nE | 61,000\nF | 75,000", "Pay bands", sentences=1)
    other = candidate(2, "Grades are reviewed.\nE stands for executive.", "Careers")
    assert order("What is the minimum of grade E?", other, table) == [1, 2]


def test_the_limit_holds_and_equals_keep_an_order():
    equals = [candidate(n, "The same text.") for n in (3, 1, 2)]
    assert order("same", *equals, limit=2) == [1, 2]


def test_a_passage_without_sentences_is_ranked_by_its_headings():
    bare = replace(candidate(2, "Zebra"), sentences=(), headings="Zebra crossings")
    assert order("zebra", candidate(1, "Trains."), bare) == [2, 1]
