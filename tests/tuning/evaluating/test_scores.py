from helpdesk.events import Done, Quote, Support
from tests.helpdesk.answers import found
from tuning.evaluating import scores

TEXT = "Each person has 25 days of leave a year. The office opens at 8:00."
WANTED = "Hello!\n\nEach person has 25 days of leave a year. [1]\n\nBye for now."
POLITE = "Hello!\nBye for now."


def score(text, learned=(), **fields):
    passage = found(TEXT, version_id=7)
    quotes = (Quote(1, passage, 0, 40),)
    done = Done(text, quotes, timings_ms={"first_token": 100, "total": 1100}, **fields)
    return scores.score(done, WANTED, [7], [passage], POLITE, learned)


def test_the_same_answer_has_all_of_it():
    made = score(WANTED, support=Support(1))
    assert (made.rouge, made.kept, made.facts, made.verified) == (1.0, 1.0, 1.0, 1.0)
    assert (made.cited_right, made.supported) == (1.0, 1.0)
    assert made.first_token_ms == 100
    assert made.words_per_second > 0


def test_a_number_that_is_gone_or_another_counts():
    made = score("Hello! Each person has 30 days of leave a year. [1]")
    assert made.facts == 0
    assert made.kept == 0


def test_courtesies_are_no_claims():
    assert scores.claimed(WANTED, POLITE) == ["Each person has 25 days of leave a year."]


def test_a_learned_sentence_that_its_sources_do_not_hold_is_memorised():
    learned = ["The kitchen on the third floor closes at noon."]
    assert score(f"Hello! {learned[0]}", learned).memorised
    assert not score(WANTED, learned).memorised
    assert not score(WANTED, ["Each person has 25 days of leave a year."]).memorised


def test_bleu_of_the_same_text_is_a_hundred():
    assert round(scores.bleu([(WANTED, WANTED)])) == 100
    assert scores.bleu([(WANTED, "Nothing of that.")]) < 10
