"""One's own conversations: the list in pages, the search, and their end after a while."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk import history, tasks
from helpdesk.models import Conversation, Feedback, Handoff
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db


def conversation(user, title, *texts, hours=0) -> Conversation:
    """A conversation whose last message came so many hours ago."""
    made = Conversation.objects.create(user=user, title=title)
    for number, text in enumerate(texts):
        made.messages.create(role=["user", "assistant"][number % 2], text=text)
    time = timezone.now() - timedelta(hours=hours)
    Conversation.objects.filter(pk=made.pk).update(updated_at=time)
    return made


def found(user, words) -> list[str]:
    return [hit.conversation.title for hit in history.search(user, words)]


def test_pages_follow_each_other_without_a_gap_or_a_double(employee, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 3)
    for hours in range(8):
        conversation(employee, f"Number {hours}", hours=hours)
    seen, before = [], ""
    while True:
        page = history.listed(employee, before)
        seen += [one.title for one in page["conversations"]]
        if not (before := page["more"]):
            break

    assert seen == [f"Number {hours}" for hours in range(8)]


def test_of_the_same_moment_none_is_lost(employee, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 2)
    for number in range(4):
        conversation(employee, f"Number {number}")
    Conversation.objects.update(updated_at=timezone.now())
    first = history.listed(employee)
    second = history.listed(employee, first["more"])

    assert len({one.pk for one in first["conversations"] + second["conversations"]}) == 4


@pytest.mark.parametrize("place", ["nonsense", "2026-13-45_1", "_", "2026-01-01T00:00:00+00:00_x"])
def test_a_place_that_is_none_is_the_beginning(employee, place):
    conversation(employee, "Leave")

    assert len(history.listed(employee, place)["conversations"]) == 1


def test_the_pinned_stand_first_and_once(employee):
    old = conversation(employee, "Old", hours=99)
    conversation(employee, "New")
    old.pin()
    page = history.listed(employee)

    assert [one.title for one in page["pinned"]] == ["Old"]
    assert [one.title for one in page["conversations"]] == ["New"]
    old.pin(False)
    assert [one.title for one in history.listed(employee)["conversations"]] == ["New", "Old"]


def test_all_words_are_looked_for_in_title_and_messages(employee):
    conversation(employee, "Leave days", "How many?", "You have 25 days. [1]", hours=1)
    conversation(employee, "Travel", "What may a hotel cost?", "Up to 140 EUR.")

    assert found(employee, "HOTEL") == ["Travel"]
    assert found(employee, "leave many") == ["Leave days"]
    assert found(employee, "days") == ["Leave days"]
    assert found(employee, "leave hotel") == []
    assert found(employee, "what how") == []
    assert found(employee, "100%_") == []


def test_what_is_found_is_shown_in_its_place(employee):
    made = conversation(employee, "Travel", "What may a hotel in Manchester cost?")
    (hit,) = history.search(employee, "manchester")

    assert hit.excerpt == ("What may a hotel in ", "Manchester", " cost?")
    assert hit.url == f"/c/{made.pk}/#message-{made.messages.get().pk}"


def test_other_peoples_conversations_are_not_found(employee, outsider):
    conversation(employee, "Leave", "How many days?")

    assert found(outsider, "leave") == found(outsider, "days") == []


def test_of_an_answer_that_is_withheld_nothing_is_found(employee, leave, everyone):
    answered(employee, leave, text="Ask in room 7 [1].")
    assert found(employee, "room")
    everyone.open_to_all = False
    everyone.save()

    assert not found(employee, "room")
    assert found(employee, "many")


def test_after_the_days_of_the_settings_they_go_pinned_or_not(employee, settings, monkeypatch):
    monkeypatch.setattr("helpdesk.models.conversations.BATCH", 1)
    for title, hours in [("Old", 24 * 31), ("Older", 24 * 40), ("Young", 24 * 29)]:
        conversation(employee, title, hours=hours).pin()
    tasks.forget(0)
    assert Conversation.objects.count() == 3
    settings.CONVERSATION_DAYS = 30
    tasks.forget(0)

    assert [one.title for one in Conversation.objects.all()] == ["Young"]


def test_what_waits_for_a_person_is_kept(employee, leave, settings):
    answer = answered(employee, leave)
    Handoff.begin(answer.conversation_id, employee)
    Conversation.objects.update(updated_at=timezone.now() - timedelta(days=3))
    settings.CONVERSATION_DAYS = 1
    tasks.forget(0)

    assert Conversation.objects.exists()


def test_feedback_of_what_has_gone_stays_as_a_count(employee, leave, settings):
    answer = answered(employee, leave)
    Feedback.give(answer, employee, "down", comment="No.")
    Conversation.objects.update(updated_at=timezone.now() - timedelta(days=3))
    settings.CONVERSATION_DAYS = 1
    tasks.forget(0)

    assert Feedback.objects.get().comment == ""
    assert not Conversation.objects.exists()
