"""The states of a hand-off, who may move it on, and the log."""

import re
from threading import Thread

import pytest
from django.db import connection, connections

from helpdesk.errors import HelpdeskError
from helpdesk.models import Handoff, HandoffChange, Message
from helpdesk.models.handoffs import new_reference, say_to_a_person
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db


def states(handoff):
    return list(handoff.changes.values_list("state", "by__username"))


def test_it_waits_is_taken_and_handed_back_and_the_log_says_who(waiting, staff):
    waiting.take(staff)
    waiting.say("It is five.", staff)
    waiting.hand_back(staff)

    assert states(waiting) == [
        ("waiting", "employee"),
        ("taken", "ciara"),
        ("returned", "ciara"),
    ]
    assert not waiting.is_open
    said = Message.objects.last()
    assert (said.role, said.author, said.text) == ("staff", staff, "It is five.")


def test_a_reference_can_be_said_aloud():
    assert re.fullmatch(r"HD-[2-9A-HJKMNP-TV-Z]{4}", new_reference())


def test_a_taken_reference_is_never_given_again(monkeypatch, conversation, employee):
    Handoff.objects.create(reference="HD-AAAA")
    letters = iter("AAAA" + "BBBB")
    monkeypatch.setattr("helpdesk.models.handoffs.secrets.choice", lambda _: next(letters))

    assert new_reference() == "HD-BBBB"


def test_it_can_be_handed_over_again_after_its_end(taken, staff, employee, conversation):
    taken.close(staff)
    again = Handoff.begin(conversation.pk, employee)

    assert again.reference != taken.reference
    assert again.state == "waiting"


def test_one_at_a_time(waiting, employee, conversation):
    with pytest.raises(HelpdeskError, match="with a person already"):
        Handoff.begin(conversation.pk, employee)


def test_not_in_mid_answer(employee):
    running = answered(employee, status="answering").conversation
    with pytest.raises(HelpdeskError, match="still being answered"):
        Handoff.begin(running.pk, employee)


def test_nobody_hands_over_what_is_not_theirs(conversation, outsider, administrator):
    for person in (outsider, administrator):
        with pytest.raises(HelpdeskError, match="not there"):
            Handoff.begin(conversation.pk, person)
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("deed", ["say", "hand_back", "close"])
def test_only_who_took_it_goes_on(taken, colleague, deed):
    arguments = ["Hello", colleague] if deed == "say" else [colleague]
    with pytest.raises(HelpdeskError, match="Ciara Walsh has taken this one"):
        getattr(taken, deed)(*arguments)


def test_it_is_taken_before_it_is_answered(waiting, staff):
    with pytest.raises(HelpdeskError, match="Take it first"):
        waiting.say("Hello", staff)


def test_a_colleague_takes_it_over(taken, colleague):
    taken.take(colleague)

    assert taken.staff == colleague
    assert states(taken)[-2:] == [("taken", "ciara"), ("taken", "fergal")]


@pytest.mark.parametrize("deed", ["take", "hand_back", "close"])
def test_what_has_ended_is_not_moved_any_more(taken, staff, deed):
    taken.hand_back(staff)
    with pytest.raises(HelpdeskError, match="has ended"):
        getattr(taken, deed)(staff)
    assert len(states(taken)) == 3


def test_the_asker_may_end_it_at_any_time(taken, employee):
    taken.close(employee)

    assert states(taken)[-1] == ("closed", "employee")


def test_messages_go_to_the_person_until_it_ends(taken, staff, employee, conversation):
    assert say_to_a_person(conversation.pk, "Hello?", employee).text == "Hello?"
    taken.hand_back(staff)
    assert say_to_a_person(conversation.pk, "Hello?", employee) is None


def test_nobody_writes_into_somebody_elses(taken, outsider, staff, conversation):
    for person in (outsider, staff):
        assert say_to_a_person(conversation.pk, "Hello?", person) is None


def test_the_log_outlives_a_deleted_conversation_and_no_text_does(taken, conversation, staff):
    conversation.delete()
    taken.refresh_from_db()

    assert not taken.is_open
    assert len(states(taken)) == 2
    assert not Message.objects.exists()
    assert not Handoff.objects.answered_by(staff).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_take_it_at_once_do_it_one_after_the_other(waiting, staff, colleague):
    def take(person):
        Handoff.objects.get(pk=waiting.pk).take(person)
        connections.close_all()

    threads = [Thread(target=take, args=[person]) for person in (staff, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waiting.refresh_from_db()

    assert connection.is_usable()
    assert waiting.staff_id == HandoffChange.objects.last().by_id
    assert HandoffChange.objects.count() == 3
