import io
import json

import pytest
from django.core.management import CommandError, call_command

from knowledge.models import Collection, Document, Version
from tests.knowledge.papers import LEAVE, pdf


@pytest.fixture
def folder(tmp_path):
    """Three files, one of them in a folder, and what is hidden."""
    folder = tmp_path / "handbook"
    (folder / "travel").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "leave.pdf").write_bytes(pdf([LEAVE]))
    (folder / "travel" / "trains.md").write_text("# Trains\n\nBook the train two weeks before.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / ".git" / "config").write_text("x")
    return folder


def ingest(*arguments):
    """What the command writes, and its exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("ingest", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as exit_:
        code = exit_.code
    return out.getvalue(), err.getvalue(), code


def test_a_folder_is_walked_sorted_without_hidden_files(everyone, folder):
    out, _, code = ingest(folder, "--collection", "everyone")
    names = list(Document.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["broken.pdf", "leave.pdf", "travel/trains.md"]
    assert set(Version.objects.values_list("status", flat=True)) == {"queued"}
    assert "3 uploaded into “Everyone”" in out
    assert code == 0


def test_a_file_that_is_refused_at_once_is_told_without_waiting(everyone, folder):
    (folder / "setup.exe").write_bytes(b"MZ" + bytes(range(256)))
    out, err, code = ingest(folder, "--collection", "everyone")
    assert "3 uploaded into “Everyone”" in out
    assert "setup.exe: This kind of file is not supported." in err
    assert code == 1


def test_a_file_given_by_itself_keeps_its_own_name(everyone, folder):
    ingest(folder / "travel" / "trains.md", "--collection", "everyone")
    assert Document.objects.get().name == "trains.md"


def test_an_unknown_collection_is_told_with_those_that_exist(everyone, managers, folder):
    with pytest.raises(CommandError, match="no collection “sales”. There are: everyone, managers"):
        ingest(folder, "--collection", "sales")
    assert not Document.objects.exists()


def test_a_collection_is_made_where_asked_for(db, folder):
    ingest(folder, "--collection", "sales", "--create")
    sales = Collection.objects.get(slug="sales")
    assert not sales.open_to_all
    assert sales.documents.count() == 3


def test_a_path_that_is_not_there_is_told(everyone, tmp_path):
    with pytest.raises(CommandError, match="no file or folder"):
        ingest(tmp_path / "nothing", "--collection", "everyone")


def test_an_empty_folder_is_told(everyone, tmp_path):
    with pytest.raises(CommandError, match="no files"):
        ingest(tmp_path, "--collection", "everyone")


def test_two_files_of_one_name_are_not_taken_for_versions(everyone, folder):
    (folder / "trains.md").write_text("# Other trains")
    with pytest.raises(CommandError, match="would both be named trains.md"):
        ingest(folder / "trains.md", folder / "travel" / "trains.md", "--collection", "everyone")


def test_the_same_path_twice_is_one_document(everyone, folder):
    path = folder / "leave.pdf"
    ingest(path, path, "--collection", "everyone")
    assert Version.objects.count() == 1


def test_without_waiting_json_tells_what_is_queued(everyone, folder):
    out, _, _ = ingest(folder, "--collection", "everyone", "--json")
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["queued"] * 3


@pytest.mark.usefixtures("run_jobs")
def test_waiting_reads_everything_where_no_worker_runs(everyone, folder):
    out, err, code = ingest(folder, "--collection", "everyone", "--wait", "--json")
    told = {line["path"]: line for line in map(json.loads, out.splitlines())}
    assert set(told) == {str(folder / name) for name in NAMES}
    keys = {"path", "status", "error", "pages", "passages", "seconds"}
    assert all(set(line) == keys for line in told.values())
    leave, broken = told[str(folder / "leave.pdf")], told[str(folder / "broken.pdf")]
    assert (leave["status"], leave["pages"], leave["passages"]) == ("ready", 1, 1)
    assert leave["seconds"] > 0
    assert broken["status"] == "failed"
    assert "damaged" in broken["error"]
    assert "No worker is running" in err
    assert code == 1


NAMES = ["broken.pdf", "leave.pdf", "travel/trains.md"]


@pytest.mark.usefixtures("run_jobs")
def test_waiting_ends_well_where_nothing_failed(everyone, folder):
    (folder / "broken.pdf").unlink()
    out, _, code = ingest(folder, "--collection", "everyone", "--wait")
    assert "2 of 2 are ready, 0 failed." in out
    assert code == 0
    again, _, code = ingest(folder, "--collection", "everyone", "--wait")
    assert "2 of 2 are ready" in again
    assert Version.objects.count() == 2


@pytest.mark.parametrize("slug", ["no slug", "taken"])
def test_a_collection_that_cant_be_made_is_told(tmp_path, db, slug):
    Collection.objects.create(name="taken", slug="other")
    (tmp_path / "a.txt").write_text("Words.")
    with pytest.raises(CommandError, match="can't be a collection"):
        call_command("ingest", str(tmp_path), collection=slug, create=True)
