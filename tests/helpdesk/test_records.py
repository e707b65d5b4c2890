"""What is kept of an answer, and from whom it is withheld later."""

import pytest

from helpdesk import asking, records
from helpdesk.events import Done
from helpdesk.models import Message
from tests.helpdesk.answers import FACT, QUESTION, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(managers):
    return publish(managers, "pay-bands.pdf", FACT)


@pytest.fixture
def job(manager):
    return asking.ask(None, QUESTION, manager)


def withheld_from(person) -> bool:
    return bool(records.withheld(Message.objects.filter(role="assistant"), person))


def test_a_models_answer_that_cites_nothing_is_withheld_once_rights_are_withdrawn(
    job, pay, manager
):
    records.finish(job, Done("Grade E earns much.", engine="A model"), "", [pay.pk])
    assert not withheld_from(manager)
    manager.groups.clear()
    assert withheld_from(manager)


def test_so_is_an_answer_whose_process_died(job, pay, manager):
    records.save_text(job, "Grade E earns", [pay.pk])
    manager.groups.clear()
    assert withheld_from(manager)
    assert all("Grade E" not in turn.text for turn in history(job, manager))


def test_quotes_draw_on_their_citations_alone(job, pay, manager):
    records.finish(job, Done("25 days."), "", [pay.pk])
    manager.groups.clear()
    assert not withheld_from(manager)


def test_an_answer_that_says_nothing_is_never_withheld(job, pay, manager):
    records.finish(job, Done("Not found.", abstained=True, engine="A model"), "", [pay.pk])
    manager.groups.clear()
    assert not withheld_from(manager)


def history(job, person):
    conversation = Message.objects.get(pk=job.answer_id).conversation
    return asking.history(conversation, person)
