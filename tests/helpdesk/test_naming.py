"""A title that a model is asked for, after the first answer."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk import naming, tasks, titles
from helpdesk.asking import ask
from helpdesk.events import Done
from helpdesk.models import Conversation
from helpdesk.records import finish

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "Hi, how many unused leave days can I carry over?"


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name__endswith="name_conversation").count()


@pytest.fixture
def job(employee):
    return ask(None, QUESTION, employee)


def title_of(job) -> str:
    return Conversation.objects.get(pk=job.conversation_id).title


def test_until_then_it_is_named_by_its_question(job):
    assert title_of(job) == titles.of(QUESTION) == "How many unused leave days can I carry over?"


def test_the_model_names_it(job, engine, model_server):
    engine.activate()
    model_server.says("Carrying over", " leave")
    naming.name(job.conversation_id)

    assert title_of(job) == "Carrying over leave"


def test_a_small_model_that_has_only_learned_to_answer_is_not_asked(job, engine, model_server):
    engine.context = engine.Context.SENTENCES
    engine.save()
    engine.activate()
    model_server.says("Th 1 and is a quotation")
    naming.name(job.conversation_id)

    assert title_of(job) == titles.of(QUESTION)


def test_a_name_of_the_persons_own_stays(job, engine, model_server):
    engine.activate()
    Conversation.objects.get(pk=job.conversation_id).rename("My leave")
    model_server.says("Carrying over", " leave")
    naming.name(job.conversation_id)

    assert title_of(job) == "My leave"


def test_a_model_that_fails_changes_nothing(job, engine, model_server):
    engine.activate()
    model_server.refuse()
    naming.name(job.conversation_id)

    assert title_of(job) == titles.of(QUESTION)


def test_a_conversation_that_is_gone_is_no_error(job):
    Conversation.objects.all().delete()
    naming.name(job.conversation_id)


@pytest.mark.parametrize(("given_by", "asked"), [("Test model", 1), ("quotes", 0)])
def test_the_worker_is_asked_after_a_models_first_answer_alone(job, employee, given_by, asked):
    before = jobs()
    finish(job, Done("25 days.", engine=given_by), "25 days.")
    assert jobs() - before == asked
    second = ask(job.conversation_id, "And next year?", employee)
    finish(second, Done("25 days.", engine=given_by), "25 days.")

    assert jobs() - before == asked


def test_the_job_is_as_the_queue_would_write_it(job):
    finish(job, Done("25 days.", engine="Test model"), "25 days.")
    tasks.name_conversation.defer(conversation_id=job.conversation_id)
    columns = [each.name for each in ProcrastinateJob._meta.fields if each.name != "id"]
    asked = ProcrastinateJob.objects.filter(task_name=tasks.name_conversation.name)
    ours, theirs = asked.order_by("id").values(*columns)

    assert ours == theirs


def test_nothing_is_asked_about_a_conversation_that_is_gone(job):
    before = jobs()
    Conversation.objects.all().delete()

    assert finish(job, Done("25 days.", engine="Test model"), "25 days.") is None
    assert jobs() == before
