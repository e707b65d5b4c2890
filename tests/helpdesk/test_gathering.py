import pytest

from helpdesk import gathering
from helpdesk.models import Gap, GapQuestion, Message
from helpdesk.tasks import curate, forget
from tests.helpdesk.gaps import CANTEEN, declined, gathered

pytestmark = pytest.mark.django_db


def test_questions_of_one_meaning_come_into_one_group(employee, manager):
    gap = gathered(employee, manager)
    other = gathered(employee, question="May I bring my dog to work tomorrow?")
    assert gap != other
    counted = Gap.objects.counted().get(pk=gap.pk)
    assert (counted.asked, counted.people) == (2, 2)
    assert counted.first <= counted.last


def test_one_person_who_asks_twice_counts_as_one(employee):
    gap = gathered(employee, employee)
    counted = Gap.objects.counted().get(pk=gap.pk)
    assert (counted.asked, counted.people) == (2, 1)


def test_it_is_gathered_once(employee):
    gathered(employee)
    assert gathering.gather() == 0
    assert GapQuestion.objects.count() == 1


def test_answered_and_broken_off_questions_are_none(employee):
    for values in ({"abstained": False}, {"status": Message.Status.CUT_OFF}):
        answer = declined(employee)
        Message.objects.filter(pk=answer.pk).update(**values)
    assert gathering.gather() == 0


def test_a_follow_up_comes_with_what_it_refers_to(employee):
    conversation = declined(employee).conversation
    conversation.messages.create(role="user", text="And in Dublin?")
    answer = conversation.messages.create(role="assistant", text="No.", abstained=True)
    gathering.gather()
    assert answer.gap_question.text == f"{CANTEEN} And in Dublin?"


def test_asked_again_a_resolved_group_opens_and_a_dismissed_one_does_not(employee, curator):
    gap = gathered(employee)
    Gap.objects.update(state=Gap.State.RESOLVED)
    assert gathered(employee) == gap
    gap = Gap.objects.get()
    assert gap.state == Gap.State.OPEN
    assert gap.reopened_at
    gap.dismiss(curator, "No matter for the desk.")
    assert gathered(employee) == gap
    gap.refresh_from_db()
    assert gap.state == Gap.State.DISMISSED


def test_groups_are_merged_and_split_by_hand(employee, manager):
    gap, other = gathered(employee), gathered(manager, question="Where do people eat at lunch?")
    gathering.merge(gap, other)
    assert gap.questions.count() == 2
    assert not Gap.objects.filter(pk=other.pk).exists()
    one = gap.questions.filter(user=manager).get()
    new = gathering.split(gap, [one.pk])
    assert new.questions.get() == one
    assert gathered(employee, question="Where do people eat at lunch?") == new
    assert gathering.split(gap, []) is None
    assert gathering.split(gap, list(gap.questions.values_list("pk", flat=True))) is None


def test_a_question_goes_with_its_conversation_and_the_group_with_its_last(employee):
    gap = gathered(employee)
    Message.objects.all()[0].conversation.delete()
    assert not GapQuestion.objects.exists()
    forget(0)
    assert not Gap.objects.filter(pk=gap.pk).exists()


def test_another_index_gets_the_middles_anew(employee):
    gap = gathered(employee)
    Gap.objects.update(index=None, vector=None)
    curate(0)
    assert gathered(employee) == gap
