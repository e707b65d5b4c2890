"""Feedback: what is kept of it, who may read it, and what goes with its answer."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Feedback
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db
Reason, State = Feedback.Reason, Feedback.State


@pytest.fixture
def bands(managers):
    return publish(managers, "bands.pdf", "Grade E ends at 90,000 EUR a year.")


@pytest.fixture
def reader(make_user):
    """Reads feedback, and no more of the documents than everyone."""
    user = make_user("reader", "Readers")
    user.user_permissions.add(Permission.objects.get(codename="view_feedback"))
    return user


def give(message, **values):
    owner = message.conversation.user
    return Feedback.give(message, owner, **{"verdict": "down", "comment": "No."} | values)


def test_it_is_kept_once_a_person_and_a_change_is_new_again(employee, curator, leave):
    answer = answered(employee, leave, engine="quotes")
    first = give(answer, reasons=[Reason.WRONG])
    first.close(curator)
    changed = give(answer, verdict="up", comment="")

    assert Feedback.objects.get() == changed == first
    assert (changed.verdict, changed.reasons, changed.comment) == ("up", [], "")
    assert (changed.state, changed.engine) == (State.NEW, "quotes")


def test_staff_with_the_permission_read_what_rests_on_what_they_may_read(
    employee, manager, reader, leave, bands
):
    open_one, closed = give(answered(employee, leave)), give(answered(manager, bands))

    assert set(Feedback.objects.visible_to(reader)) == {open_one}
    reader.groups.add(Group.objects.get(name="Managers"))
    assert set(Feedback.objects.visible_to(reader)) == {open_one, closed}


@pytest.mark.parametrize("who", ["employee", "manager", "outsider"])
def test_without_the_permission_nobody_reads_any(request, who, employee, leave):
    give(answered(employee, leave))

    assert not Feedback.objects.visible_to(request.getfixturevalue(who)).exists()


def test_a_declined_answer_is_read_by_all_with_the_permission(employee, reader):
    given = give(answered(employee, text="Not found.", abstained=True))

    assert list(Feedback.objects.visible_to(reader)) == [given]


def test_what_a_model_was_shown_counts_without_a_citation(manager, reader, bands):
    give(answered(manager, text="Grade E ends high.", engine="Model", versions=[bands.pk]))

    assert not Feedback.objects.visible_to(reader).exists()


def test_a_model_may_repeat_the_answers_before(manager, reader, leave, bands):
    before = answered(manager, bands, engine="Model")
    before.conversation.messages.create(role="user", text="And leave?")
    follow = before.conversation.messages.create(role="assistant", text="Hm.", engine="Model")
    give(follow)
    quoted = before.conversation.messages.create(role="assistant", text="25.", engine="quotes")
    seen = give(quoted)

    assert list(Feedback.objects.visible_to(reader)) == [seen]


def test_of_a_restricted_document_that_is_gone_only_a_superuser_reads(
    manager, reader, administrator, bands
):
    given = give(answered(manager, bands))
    bands.document.delete()

    assert not Feedback.objects.visible_to(reader).exists()
    assert list(Feedback.objects.visible_to(administrator)) == [given]


def test_of_an_open_document_that_is_gone_staff_go_on_reading(employee, reader, leave):
    given = give(answered(employee, leave))
    leave.document.delete()

    assert list(Feedback.objects.visible_to(reader)) == [given]


def test_one_that_was_restricted_later_and_then_deleted_hides_it(
    employee, reader, administrator, leave, everyone
):
    given = give(answered(employee, leave))
    everyone.open_to_all = False
    everyone.save()
    leave.document.delete()

    assert not Feedback.objects.visible_to(reader).exists()
    assert list(Feedback.objects.visible_to(administrator)) == [given]


def test_a_document_that_was_restricted_later_hides_it(employee, reader, leave, everyone):
    give(answered(employee, leave))
    everyone.open_to_all = False
    everyone.save()

    assert not Feedback.objects.visible_to(reader).exists()


def test_with_the_conversation_what_was_said_goes_and_the_count_stays(employee, curator, leave):
    answer = answered(employee, leave, engine="quotes")
    give(answer, reasons=[Reason.TONE]).answer(curator, "It is 26 days.", "/documents/")
    answer.conversation.delete()
    left = Feedback.objects.get()

    assert (left.message, left.user, left.comment, left.reply) == (None, None, "", "")
    assert (left.reply_url, left.versions) == ("", [])
    assert (left.verdict, left.reasons, left.engine) == ("down", [Reason.TONE], "quotes")
    assert not Feedback.objects.visible_to(curator).exists()


def test_with_the_person_what_they_said_goes_and_the_count_stays(employee, leave):
    give(answered(employee, leave))
    employee.delete()

    assert Feedback.objects.filter(user=None, comment="", verdict="down").count() == 1


def test_what_was_taken_back_does_not_come_back(employee, curator, leave):
    given = give(answered(employee, leave))
    Feedback.objects.all().delete()
    given.take_up(curator)

    assert not Feedback.objects.exists()


def test_a_reply_is_news_until_it_was_seen(employee, curator, leave):
    given = give(answered(employee, leave))
    assert not Feedback.objects.news_for(employee)
    given.answer(curator, "It is 26 days.")

    assert list(Feedback.objects.news_for(employee)) == [given]
    assert not Feedback.objects.news_for(curator)
    Feedback.objects.update(seen_at=given.handled_at)
    assert not Feedback.objects.news_for(employee)


def test_the_rights_are_checked_in_one_statement(employee, reader, leave):
    for _ in range(3):
        give(answered(employee, leave))
    reader.has_perm("helpdesk.view_feedback")
    with CaptureQueriesContext(connection) as queries:
        assert len(Feedback.objects.visible_to(reader)) == 3
    assert len(queries) == 1
