"""Two who do something with one hand-off at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from helpdesk import asking
from helpdesk.errors import HelpdeskError
from helpdesk.handoff import deeds
from helpdesk.models import Handoff, Message
from tests.workers import WAITING, run_sql, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


def in_thread(function, *args):
    try:
        return function(*args)
    finally:
        connection.close()


def until_it_waits(other) -> None:
    """Until another thread waits for a row that is held here, or is through."""
    wait_for(lambda: other.done() or run_sql(WAITING), SECONDS)


def test_a_message_that_comes_while_it_is_handed_back_is_the_desks(taken, staff, employee):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            taken.hand_back(staff)
            heard = pool.submit(
                in_thread, deeds.hear, taken.conversation_id, "Are you there?", employee
            )
            until_it_waits(heard)
        assert heard.result(SECONDS) is False
    assert not Message.objects.filter(text="Are you there?").exists()


def test_a_question_that_comes_while_it_is_handed_over_is_not_the_desks(conversation, employee):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Handoff.begin(conversation.pk, employee)
            asked = pool.submit(in_thread, asking.ask, conversation.pk, "And now?", employee)
            until_it_waits(asked)
        with pytest.raises(HelpdeskError, match="A person answers"):
            asked.result(SECONDS)
