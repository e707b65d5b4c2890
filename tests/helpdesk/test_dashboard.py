"""The dashboard's figures: what is counted, for whom, and what few people may not be told by."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk import dashboard
from helpdesk.dashboard import figures
from helpdesk.models import Feedback, Handoff, Message
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def bands(managers):
    return publish(managers, "bands.pdf", "Grade E ends at 90,000 EUR a year.")


@pytest.fixture
def five_managers(make_user, bands):
    """Five managers who asked about the bands."""
    people = [make_user(f"manager {number}", "Managers") for number in range(5)]
    for one in people:
        answered(one, bands)
    return people


def asked_ago(user, days, version=None, **fields) -> Message:
    made = answered(user, version, **fields)
    time = timezone.now() - timedelta(days=days)
    Message.objects.filter(conversation=made.conversation).update(created_at=time)
    return made


def test_questions_are_counted_by_what_came_of_them(employee, curator, leave):
    asked_ago(employee, 0, leave, timings_ms={"first_token": 100})
    asked_ago(employee, 1, leave, timings_ms={"first_token": 300})
    asked_ago(employee, 1, abstained=True, timings_ms={"first_token": 800})
    asked_ago(employee, 2, status="failed", text="")
    asked_ago(employee, 40, leave)
    found = figures(curator, 30)

    total = found.total
    assert (total["asked"], total["answered"], total["declined"]) == (4, 2, 1)
    assert (total["unfinished"], total["first_token"]) == (1, 300)
    assert len(found.days) == 30
    assert [(day.asked, day.declined) for day in found.days[-3:]] == [(1, 0), (2, 1), (1, 0)]
    assert found.days[0].first_token is None
    assert figures(curator, 90).total["asked"] == 5
    assert figures(curator, 7).total["asked"] == 4


def test_thumbs_and_reasons_are_counted_after_the_conversation_is_gone(employee, curator, leave):
    for verdict, given in [("up", []), ("down", ["wrong", "tone"]), ("down", ["wrong"])]:
        Feedback.give(answered(employee, leave), employee, verdict, given)
    Feedback.objects.first().message.conversation.delete()
    found = figures(curator, 7)

    assert found.thumbs == {"up": 1, "down": 2, "open": 1}
    assert [count for _, count in found.reasons] == [2, 0, 0, 0, 1]


def test_documents_are_ranked_and_the_unused_are_told(employee, curator, leave, everyone):
    unused = publish(everyone, "unused.pdf", "Nobody asks about this.")
    often = publish(everyone, "often.pdf", "Everybody asks about this.")
    for version in [often, often, leave]:
        answered(employee, version)
    asked_ago(employee, 50, unused)
    found = figures(curator, 30)

    assert [(one.document.name, one.answers) for one in found.most_cited] == [
        ("often.pdf", 2),
        ("leave.pdf", 1),
    ]
    assert [one.document.name for one in found.never_cited] == ["unused.pdf"]
    assert not figures(curator, 90).never_cited


def test_documents_that_the_viewer_may_not_read_are_never_named(curator, five_managers):
    found = figures(curator, 30)

    assert found.total["asked"] == 5
    assert not found.most_cited
    assert not found.never_cited


def test_few_people_s_questions_about_a_restricted_document_look_like_none(curator, manager, bands):
    curator.groups.add(Group.objects.get(name="Managers"))
    for _ in range(9):
        answered(manager, bands)
    found = figures(curator, 30)

    assert not found.most_cited
    assert [(one.document.name, one.answers) for one in found.never_cited] == [("bands.pdf", None)]


def test_many_people_s_are_counted(curator, five_managers):
    curator.groups.add(Group.objects.get(name="Managers"))
    found = figures(curator, 30)

    assert [(one.document.name, one.answers) for one in found.most_cited] == [("bands.pdf", 5)]


def test_what_was_handed_to_a_person_is_counted(employee, curator, leave, everyone):
    answer = answered(employee, leave)
    Handoff.begin(answer.conversation_id, employee)
    answer.conversation.delete()

    assert figures(curator, 7).handed_off == 1
    answered(employee, leave)
    assert figures(curator, 7, everyone).handed_off is None


def test_a_collection_counts_the_answers_that_cite_it(employee, curator, leave, everyone):
    answered(employee, leave)
    answered(employee, abstained=True)
    Feedback.give(answered(employee, leave), employee, "up")
    found = figures(curator, 30, everyone)

    assert (found.total["asked"], found.total["declined"]) == (2, 0)
    assert found.thumbs["up"] == 1
    assert sum(day.asked for day in found.days) == 2


def test_a_restricted_collection_with_few_people_tells_nothing(administrator, manager, bands):
    answered(manager, bands)
    found = figures(administrator, 30, bands.document.collection)

    assert found.too_few
    assert not found.total


def test_with_many_it_tells_sums_and_no_days(administrator, five_managers, bands):
    Feedback.give(answered(five_managers[0], bands), five_managers[0], "down")
    found = figures(administrator, 30, bands.document.collection)

    assert found.total["asked"] == 6
    assert not found.days
    assert not found.thumbs
    assert not found.reasons


def test_the_number_of_statements_does_not_grow(employee, administrator, leave, everyone):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            figures(administrator, 90, everyone)
        return len(queries)

    answered(employee, leave)
    before = statements()
    for _ in range(5):
        Feedback.give(answered(employee, leave), employee, "down")
    publish(everyone, "other.pdf", "Something else.")

    assert statements() == before <= 14


def test_answers_are_counted_by_their_index_alone(employee, leave):
    for _ in range(50):
        answered(employee, leave)
    first = timezone.localdate() - timedelta(days=6)
    query, parameters = (
        dashboard.answers_since(first)
        .values("status")
        .annotate(**dashboard.COUNTED)
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {query}", parameters)
        plan = "\n".join(row[0] for row in cursor)

    assert "Index Only Scan using message_answers" in plan
