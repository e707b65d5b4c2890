"""`manage.py benchmark ingest` and `growth`: the real queue and worker, and nothing left behind."""

import io
import re
from contextlib import nullcontext
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from knowledge import indexing
from knowledge.benchmarks import growth, scratch
from knowledge.models import AuditEntry, Collection, Document, Embedding, Passage, Version

pytestmark = pytest.mark.usefixtures("run_jobs")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text("# Leave\n\nEverybody has 25 days a year.")
    (tmp_path / "docs" / "travel.txt").write_text("Take the train. Keep the receipt.")
    (tmp_path / "docs" / "empty.txt").write_text("\n")
    return tmp_path / "docs"


def printed(*arguments):
    out = io.StringIO()
    call_command("benchmark", *arguments, stdout=out)
    return out.getvalue()


def jobs():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name FROM procrastinate_jobs WHERE task_name = 'knowledge.tasks.ingest'"
        )
        return [name for (name,) in cursor.fetchall()]


def cells(text):
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}


def test_every_stage_is_told_beside_embedding_alone(folder):
    text = printed("ingest", str(folder))
    rows = cells(text)
    stages = ["extract", "chunk", "embed", "store", "from upload to ready", "embedding alone"]
    assert list(rows)[2:] == stages
    assert float(rows["extract"][0]) > 0
    assert "not ready: empty.txt: The file is empty" in text
    assert "3 documents, 2 passages, 0 kB" in text


def test_of_several_rounds_the_one_in_the_middle_is_shown(folder):
    text = printed("ingest", str(folder), "--rounds=3")
    shown = re.search(r"kB/s, (\S+) times", text)[1]
    told = re.search(r"The rounds: (\S+), (\S+), (\S+) times", text).groups()
    assert float(shown) == sorted(map(float, told))[1]
    together = re.search(r"All together: (\S+) and (\S+)\.$", text.strip())[1]
    assert min(map(float, told)) <= float(together) <= max(map(float, told))


def test_files_can_be_chosen(folder):
    assert "1 documents, 1 passages" in printed("ingest", str(folder), "--only=.md")


def test_nothing_is_left_behind(folder, media):
    embed = indexing.embed
    printed("ingest", str(folder))
    assert not Collection.objects.exists()
    assert not Document.objects.exists()
    assert not Embedding.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert jobs() == []
    assert indexing.embed is embed


def test_what_breaks_off_is_removed_too(folder, monkeypatch):
    def stop(queue):
        raise KeyboardInterrupt

    monkeypatch.setattr(scratch, "work", stop)
    with pytest.raises(KeyboardInterrupt):
        printed("ingest", str(folder))
    assert not Collection.objects.exists()
    assert jobs() == []


def test_other_peoples_documents_are_left_to_their_worker(folder, everyone):
    from tests.knowledge.papers import uploaded

    version = uploaded(everyone, "other.txt", b"Not of the benchmark.")
    printed("ingest", str(folder))
    assert Version.objects.get().status == version.status == Version.Status.QUEUED
    assert jobs() == ["documents"]


def test_a_folder_that_is_none_is_told(tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        printed("ingest", str(tmp_path / "nothing"))


def test_it_works_on_as_many_at_once_as_the_worker():
    assert scratch.concurrency() == 3


@pytest.fixture
def here(monkeypatch, media):
    """The benchmark of growth runs in the tests' database instead of one of its own."""
    monkeypatch.setattr(growth.database, "scratch", nullcontext)
    return media


def test_growth_tells_the_cost_at_every_step(here, monkeypatch, tmp_path):
    monkeypatch.setattr(growth, "STEPS", (2, 4, 100))
    text = printed("growth", "--documents=5", f"--plot={tmp_path / 'curve.svg'}")
    rows = cells(text)
    assert list(rows)[2:] == ["2", "4", "5"]
    assert all(float(cell.replace(",", "")) > 0 for row in list(rows.values())[2:] for cell in row)
    drawing = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == 9
    assert not [path for path in here.rglob("*") if path.is_file()]
    assert jobs() == []


def test_between_the_measured_ones_growth_writes_documents_as_ingestion_does(here, monkeypatch):
    monkeypatch.setattr(growth, "STEPS", (8, 100))
    printed("growth", "--documents=8", "--measured=2")
    written, read = (
        Document.objects.get(name="document-1.txt"),
        Document.objects.get(name="document-8.txt"),
    )
    assert Document.objects.count() == Passage.objects.live().count() == 8
    for name in ("status", "progress", "passage_count", "generation", "number"):
        assert getattr(written.current, name) == getattr(read.current, name)
    one, other = (
        Passage.objects.get(version=written.current),
        Passage.objects.get(version=read.current),
    )
    for name in ("live", "ordinal", "page", "page_starts", "collection_id"):
        assert getattr(one, name) == getattr(other, name)
    vectors = [Embedding.objects.get(passage=each, live=True) for each in (one, other)]
    assert len({len(each.vector) for each in vectors}) == 1
    trails = [AuditEntry.objects.filter(document=each) for each in (written, read)]
    assert len({tuple(each.values_list("action", flat=True)) for each in trails}) == 1


def test_generated_documents_are_the_same_every_time():
    first, again = growth.generated(), growth.generated()
    names = [next(first) for _ in range(3)]
    assert names == [next(again) for _ in range(3)]
    assert len({text for _, text in names}) == 3
    assert all(len(text.split()) == growth.WORDS for _, text in names)
