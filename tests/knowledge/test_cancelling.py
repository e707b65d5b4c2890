import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge.models import Version
from knowledge.uploads import upload
from tests.knowledge.test_uploads import file
from tests.knowledge.versions import deeds, fresh, make, published


def jobs():
    return ProcrastinateJob.objects.filter(status="todo").count()


@pytest.mark.usefixtures("run_jobs")
def test_a_version_in_the_queue_is_taken_out_and_put_back(everyone, administrator):
    version = upload(everyone, "leave.txt", file(b"25 days."), administrator).version
    other = upload(everyone, "other.txt", file(b"26 days."), administrator).version
    assert jobs() == 2
    assert version.cancel(administrator)
    assert (fresh(version).status, fresh(other).status, jobs()) == ("cancelled", "queued", 1)
    assert fresh(version).finished
    assert not version.cancel(administrator)
    assert fresh(version).retry(administrator)
    assert (fresh(version).status, jobs()) == ("queued", 2)
    assert not fresh(version).retry(administrator)
    assert deeds()[2:] == [("cancelled", "administrator", 1), ("retried", "administrator", 1)]


@pytest.mark.parametrize(
    "verb",
    [
        lambda version: version.begin(),
        lambda version: version.report(Version.Status.EMBEDDING, 1),
        lambda version: version.was_read(1, 1, []),
        lambda version: version.fail("Late."),
    ],
)
def test_a_worker_stops_at_its_next_report(everyone, administrator, verb):
    version = make(everyone)
    late = fresh(version)
    version.cancel(administrator)
    with pytest.raises(Version.DoesNotExist):
        verb(late)
    assert fresh(version).status == "cancelled"


def test_what_is_finished_is_not_cancelled(everyone, administrator):
    version = published(everyone)
    assert not version.cancel(administrator)
    assert fresh(version).status == "ready"
