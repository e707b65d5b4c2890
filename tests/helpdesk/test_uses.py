from datetime import timedelta

from django.utils import timezone

from helpdesk.models import Message
from helpdesk.uses import Uses
from knowledge import uses
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered


def test_the_questions_that_a_document_answered_are_told_without_a_name(employee, leave):
    answered(employee, leave)
    (use,) = uses.uses(leave.document)
    assert (use.question, use.version_number) == ("How many days?", 1)
    assert "employee" not in repr(use)


def test_other_documents_have_none_of_it(employee, everyone, leave):
    other = publish(everyone, "travel.pdf", "Trains are second class.")
    answered(employee, leave)
    assert uses.uses(other.document) == []
    assert uses.count(other.document) == 0


def test_the_last_question_comes_first_and_pages_follow(employee, leave):
    for _ in range(3):
        answered(employee, leave)
    newest = Message.objects.filter(role="assistant").latest("pk")
    later = timezone.now() + timedelta(hours=1)
    Message.objects.filter(pk=newest.pk).update(created_at=later)
    assert uses.uses(leave.document)[0].asked_at == later
    assert len(uses.uses(leave.document, first=2)) == 1


def test_uses_are_counted_since_a_day(employee, leave):
    answer = answered(employee, leave)
    old = timezone.now() - timedelta(days=100)
    Message.objects.filter(pk=answer.pk).update(created_at=old)
    assert uses.count(leave.document) == 1
    assert uses.count(leave.document, timezone.now() - timedelta(days=90)) == 0


def test_an_answer_that_cites_twice_counts_once(employee, leave):
    answer = answered(employee, leave)
    copy = answer.citations.get()
    copy.pk, copy.number = None, 2
    copy.save()
    assert Uses().count(leave.document) == 1
