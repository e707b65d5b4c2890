"""Two documents that answer one question differently: found, ordered by date, and told."""

import pytest
from django.utils import timezone

from helpdesk import conflicts, thread
from helpdesk.asking import ask as save_question
from helpdesk.models import Message
from helpdesk.records import finish
from knowledge.found import Sentence
from knowledge.models import Version
from tests.helpdesk.answers import embed_sentences, found, publish

QUESTION = "How many days of paid annual leave do employees get?"
OLD = "Full-time employees are entitled to 25 working days of paid annual leave per year."
NEW = "Employees receive 28 days of paid annual leave each calendar year."


def passage(text, number, similarity=0.8, **values):
    sentences = (Sentence(0, len(text), similarity),)
    values = {"title": "Leave", "headings": "Leave", "document": f"{number}.pdf"} | values
    return found(
        text,
        passage_id=number,
        document_id=number,
        version_id=number,
        sentences=sentences,
        **values,
    )


def conflict(*passages, question=QUESTION):
    return conflicts.find(question, passages, embed_sentences)


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        (QUESTION, OLD, NEW),
        (
            "What is the hotel limit?",
            "Hotels are paid up to 140 EUR per night.",
            "The limit for hotels is €160 per night.",
        ),
        (
            "By when do I hand in my expenses?",
            "Expenses must be handed in by 31 January.",
            "All expenses are to be handed in by 28 February.",
        ),
        (
            "How many days a week may I work from home?",
            "Staff may work from home on two days a week.",
            "Staff may work from home on up to three days a week.",
        ),
        (
            "How long is the notice period?",
            "The notice period is 4 weeks.",
            "The notice period for employees is six weeks.",
        ),
    ],
)
def test_two_documents_with_other_figures_differ_and_the_newer_is_the_first(
    real_embeddings, question, old, new
):
    older, newer = passage(old, 1, date="2023-05-01"), passage(new, 2, date="2025-03-01")
    told = conflict(older, newer, question=question)

    assert (told.newer.passage, told.older.passage) == (newer, older)


@pytest.mark.parametrize(
    ("one", "other", "question"),
    [
        (OLD, OLD, QUESTION),
        (OLD, "Employees get twenty-five days of paid annual leave a year.", QUESTION),
        (OLD, "Employees are entitled to 39 weeks of paid maternity leave per year.", QUESTION),
        (OLD, "Up to five unused days of annual leave may be carried over.", QUESTION),
        ("Hotels in Dublin: 140 EUR.", "Hotels in London: 160 EUR.", "What is the hotel limit?"),
        (
            "Interns are entitled to 20 days of paid annual leave per year.",
            OLD,
            "How many days of paid annual leave do interns get?",
        ),
        ("Meals | 45", "Meals | 50 per day", "What is paid for meals?"),
    ],
)
def test_what_agrees_or_speaks_of_another_thing_is_no_conflict(
    real_embeddings, one, other, question
):
    assert conflict(passage(one, 1), passage(other, 2), question=question) is None


def test_one_document_does_not_contradict_itself():
    assert conflict(passage(OLD, 1), passage(NEW, 1)) is None


def test_what_is_far_from_the_question_does_not_count(real_embeddings):
    assert conflict(passage(OLD, 1), passage(NEW, 2, similarity=0.5)) is None


@pytest.fixture
def differing(everyone, real_embeddings):
    """Two handbooks in force, the second of which came in two years later."""
    dated = []
    for name, text, year in (("handbook-2023.pdf", OLD, 2023), ("update.pdf", NEW, 2025)):
        version = publish(everyone, name, text)
        day = timezone.now().replace(year=year, month=3, day=1)
        Version.objects.filter(pk=version.pk).update(effective_from=day.date())
        dated.append(version)
    return dated


@pytest.mark.django_db(transaction=True)
class TestInAnAnswer:
    def test_quotes_show_both_the_newer_first(self, differing, ask):
        done = ask(QUESTION)[-1]

        assert [quote.text for quote in done.quotes] == [NEW, OLD]
        assert done.conflict == done.quotes
        assert done.text.index("28 days") < done.text.index("25 working days")

    def test_a_models_answer_gets_the_side_that_it_left_out(
        self, differing, ask, engine, model_server
    ):
        model_server.says("Full-time employees get 25 working days of paid annual leave [1][2].")
        done = ask(QUESTION, engine=engine)[-1]

        assert [quote.text for quote in done.conflict] == [NEW, OLD]
        assert {quote.text for quote in done.quotes if quote.verified} == {NEW, OLD}

    def test_a_model_is_told_the_dates_and_to_name_both(self, differing, ask, engine, model_server):
        ask(QUESTION, engine=engine)
        system, user = model_server.requests[0].messages

        assert "contradict each other" in system["content"]
        assert "Date: 2023-03-01" in user["content"]
        assert "Date: 2025-03-01" in user["content"]

    def test_the_page_says_that_the_sources_differ_with_their_dates(self, differing, ask, employee):
        job = save_question(None, QUESTION, employee)
        finish(job, ask(QUESTION)[-1], "")
        shown = thread.ended(job.answer_id, employee)

        assert "The sources differ." in shown
        assert shown.index("of 1 March 2025") < shown.index("of 1 March 2023")

    def test_where_one_of_the_two_is_deleted_the_page_says_nothing_of_it(
        self, differing, ask, employee
    ):
        job = save_question(None, QUESTION, employee)
        finish(job, ask(QUESTION)[-1], "")
        differing[0].document.delete()

        assert "The sources differ." not in thread.ended(job.answer_id, employee)
        assert Message.objects.get(pk=job.answer_id).verification["conflict"]
