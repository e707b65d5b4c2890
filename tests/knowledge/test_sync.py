import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge import publishing, sync
from knowledge.models import Document, Feed, FeedItem, Version
from knowledge.search import search
from knowledge.tasks import sync_due

LEAVE = "Every employee has 25 working days of paid annual leave."
TRAINS = "Trains are booked in second class."


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "travel").mkdir()
    (tmp_path / "leave.md").write_text(LEAVE)
    (tmp_path / "travel" / "trains.txt").write_text(TRAINS)
    (tmp_path / ".hidden.md").write_text("Nobody reads this.")
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    return tmp_path


@pytest.fixture
def feed(everyone, folder):
    return Feed.objects.create(collection=everyone, location=str(folder))


def run(feed):
    assert sync.run(feed)
    feed.refresh_from_db()
    return feed.outcome


def later(path, text):
    """Writes a file so that its time differs, however coarse the clock."""
    path.write_text(text)
    os.utime(path, (1, path.stat().st_mtime + 5))


def test_a_folder_comes_in_with_its_readable_files(feed):
    assert run(feed) == "2 new"
    assert feed.error == ""
    assert sorted(Document.objects.values_list("name", flat=True)) == [
        "leave.md",
        "travel/trains.txt",
    ]
    assert run(feed) == "2 unchanged"
    assert Version.objects.count() == 2


def test_what_changes_is_replaced_and_what_goes_is_withdrawn(feed, folder, run_jobs, employee):
    run(feed)
    run_jobs()
    assert [found.text for found in search("annual leave", employee, limit=1)] == [LEAVE]

    later(folder / "leave.md", LEAVE.replace("25", "30"))
    (folder / "travel" / "trains.txt").unlink()
    assert run(feed) == "1 new version, 1 withdrawn"
    run_jobs()

    found = search("annual leave in trains", employee)
    assert [one.text for one in found] == [LEAVE.replace("25", "30")]
    assert Document.objects.get(name="travel/trains.txt").versions.get().status == "withdrawn"

    (folder / "travel" / "trains.txt").write_text(TRAINS)
    assert run(feed) == "1 new version, 1 unchanged"
    run_jobs()
    assert {one.text for one in search("trains", employee)} >= {TRAINS}


def test_a_file_that_was_only_touched_is_no_new_version(feed, folder):
    run(feed)
    later(folder / "leave.md", LEAVE)
    assert run(feed) == "2 unchanged"


@pytest.mark.parametrize(
    "take_out", [lambda one: publishing.withdraw(one, None), lambda one: one.delete()]
)
def test_what_a_person_took_out_stays_out_until_its_file_changes(feed, folder, take_out):
    run(feed)
    take_out(Document.objects.get(name="leave.md"))
    later(folder / "leave.md", LEAVE)
    assert run(feed) == "2 unchanged"
    later(folder / "leave.md", LEAVE.replace("25", "30"))
    run(feed)
    assert Document.objects.get(name="leave.md").versions.filter(status="queued").exists()


def test_an_empty_or_missing_folder_withdraws_nothing(feed, folder, run_jobs, employee):
    run(feed)
    run_jobs()
    for path in [folder / "leave.md", folder / "travel" / "trains.txt"]:
        path.unlink()
    run(feed)
    assert "Nothing was withdrawn" in feed.error
    folder.rename(folder.with_name("elsewhere"))
    run(feed)
    assert "is not there" in feed.error
    assert [found.text for found in search("annual leave", employee, limit=1)] == [LEAVE]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(feed, folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("The launch code.")
    (folder / "link.txt").symlink_to(secret)
    assert run(feed) == "2 new"


def test_two_feeds_with_one_file_withdraw_it_with_the_last(
    everyone, feed, folder, tmp_path_factory
):
    other = tmp_path_factory.mktemp("other")
    (other / "leave.md").write_text(LEAVE)
    second = Feed.objects.create(collection=everyone, location=str(other))
    run(feed)
    assert run(second) == "1 unchanged"
    (folder / "leave.md").unlink()
    assert run(feed) == "1 unchanged"
    assert FeedItem.objects.filter(key="leave.md").count() == 1


def test_one_run_at_a_time_and_a_dead_one_is_taken_over(feed):
    assert feed.begin()
    assert not sync.run(feed)
    Feed.objects.update(working_at=timezone.now() - timedelta(minutes=6))
    assert run(feed) == "2 new"


def test_a_feed_is_queued_when_its_time_has_come_and_only_once(feed):
    sync_due(0)
    sync_due(0)
    assert ProcrastinateJob.objects.filter(task_name="knowledge.tasks.sync").count() == 1
    ProcrastinateJob.objects.all().delete()
    run(feed)
    sync_due(0)
    assert not ProcrastinateJob.objects.filter(task_name="knowledge.tasks.sync").exists()
    Feed.objects.update(started_at=timezone.now() - timedelta(minutes=61))
    Feed.objects.update(paused=True)
    sync_due(0)
    assert not ProcrastinateJob.objects.filter(task_name="knowledge.tasks.sync").exists()
    Feed.objects.update(paused=False)
    sync_due(0)
    assert ProcrastinateJob.objects.filter(task_name="knowledge.tasks.sync").exists()


class TestTheCommand:
    def call(self, *arguments):
        out = StringIO()
        call_command("sync", *arguments, stdout=out)
        return out.getvalue()

    def test_it_follows_a_folder_lists_it_and_stops(self, everyone, folder):
        assert "2 new" in self.call(str(folder), "--collection", "everyone", "--every", "5")
        assert f"{folder} into “Everyone”, every 5 minutes" in self.call("--list")
        assert "followed no more" in self.call(str(folder), "--collection", "everyone", "--stop")
        assert self.call("--list") == "Nothing is followed yet.\n"
        assert Document.objects.count() == 2

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ([], "Name a folder"),
            (["docs", "--collection", "nothing"], "There is no collection"),
            (["docs", "--collection", "everyone", "--every", "0"], "from 1"),
            (["no/such/folder", "--collection", "everyone"], "is not there"),
            (["docs", "--collection", "everyone", "--stop"], "is not followed"),
        ],
    )
    def test_it_says_what_is_wrong(self, everyone, arguments, says):
        with pytest.raises(CommandError, match=says):
            self.call(*arguments)

    def test_it_waits_until_everything_is_read(self, everyone, folder, run_jobs, employee):
        self.call(str(folder), "--collection", "everyone", "--wait")
        assert [found.text for found in search("annual leave", employee, limit=1)] == [LEAVE]
