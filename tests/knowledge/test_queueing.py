import pytest
from django.db import connection

from knowledge import queueing
from knowledge.queueing import Queue
from knowledge.uploads import upload
from tests.knowledge.test_uploads import file
from tests.knowledge.versions import fresh, make, published

pytestmark = pytest.mark.usefixtures("run_jobs")


@pytest.fixture
def waiting(everyone):
    return [upload(everyone, f"{n}.txt", file(b"%d" % n)).version for n in range(4)]


def run_sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def worker(age=0):
    """A worker whose last sign of life is so many seconds old."""
    run_sql(
        "INSERT INTO procrastinate_workers (id, last_heartbeat)"
        " OVERRIDING SYSTEM VALUE VALUES (%s, now() - make_interval(secs => %s))",
        1000 + age,
        age,
    )
    return 1000 + age


def take(version, worker_id):
    run_sql(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
        " WHERE (args ->> 'version_id')::bigint = %s",
        worker_id,
        version.pk,
    )


def test_places_are_told_in_one_query(waiting, django_assert_num_queries):
    worker()
    with django_assert_num_queries(2):
        queue = queueing.look([version.pk for version in waiting])
    assert [queue.places[version.pk] for version in waiting] == [1, 2, 3, 4]
    assert [queue.said(version.pk) for version in waiting[:3]] == [
        "1st in the queue",
        "2nd in the queue",
        "3rd in the queue",
    ]


def test_those_in_front_count_though_nobody_asks_for_them(waiting):
    take(waiting[0], worker())
    assert queueing.look([waiting[3].pk]).places == {waiting[3].pk: 3}


def test_a_version_that_is_worked_on_is_told_from_one_whose_worker_stopped(waiting):
    take(waiting[0], worker())
    take(waiting[1], worker(age=40))
    queue = queueing.look([version.pk for version in waiting])
    assert (queue.alive, queue.stalled) == (True, {waiting[1].pk})
    assert queue.said(waiting[0].pk) == ""
    assert queue.said(waiting[1].pk) == "its worker stopped; another takes over within a minute"


def test_the_job_of_a_worker_that_was_forgotten_is_stalled(waiting):
    take(waiting[0], None)
    assert queueing.look([waiting[0].pk]).stalled == {waiting[0].pk}


def test_a_queue_without_any_worker_is_told(waiting):
    queue = queueing.look([waiting[0].pk])
    assert not queue.alive
    assert queue.said(waiting[0].pk) == "no worker is running"


def test_nobody_asks_the_database_about_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queueing.look([]) == Queue()


def test_what_no_job_stands_for_is_lost_and_then_fails(everyone, waiting):
    lost, done = make(everyone, "lost.txt"), published(everyone, name="done.txt")
    take(waiting[0], worker())
    assert queueing.look([lost.pk, waiting[0].pk]).lost == {lost.pk}
    assert queueing.sweep() == 1
    assert fresh(lost).status == "failed"
    assert "Try again." in fresh(lost).error
    assert fresh(done).status == "ready"
    assert {fresh(version).status for version in waiting} == {"queued"}
    assert queueing.sweep() == 0


@pytest.mark.parametrize("status", ["failed", "cancelled", "succeeded", "aborted"])
def test_a_job_at_its_end_stands_for_nothing(waiting, status):
    run_sql("UPDATE procrastinate_jobs SET status = %s", status)
    assert queueing.sweep() == 4


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th")]
    + [(21, "21st"), (102, "102nd"), (111, "111th")],
)
def test_numbers_are_told_as_english_counts(number, told):
    assert queueing.ordinal(number) == told
