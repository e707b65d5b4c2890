"""Extraction in a child process."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from knowledge.extract import KnowledgeError, extract
from knowledge.extract.isolated import Extractor, ReaderError, extract_isolated

ROOT = Path(__file__).resolve().parents[2]


def readers():
    return [
        child
        for child in psutil.Process().children()
        if "knowledge.extract" in " ".join(child.cmdline())
    ]


@pytest.fixture
def children():
    """Gives the readers that a test has started; those of the desk's jobs may be there before."""
    before = readers()
    return lambda: [each for each in readers() if each not in before]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "knowledge.extract", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_gives_what_extract_gives_and_tells_its_progress(pdf, children):
    path = pdf(lambda s: s.prose(100), lambda s: s.text(72, 100, "The end."))
    told = []
    found = extract_isolated(path, progress=lambda done, total: told.append((done, total)))
    here = extract(path)
    assert [page.text for page in found.pages] == [page.text for page in here.pages]
    span, same = found.pages[0].blocks[0].spans[0], here.pages[0].blocks[0].spans[0]
    assert (span.start, span.end, span.page) == (same.start, same.end, same.page)
    assert span.left == pytest.approx(same.left, abs=1e-5)
    assert told == [(1, 2), (2, 2)]
    assert not children()


def test_many_quick_pages_are_not_told_one_by_one(pdf):
    told = []
    path = pdf(*[lambda s: s.text(72, 100, "One line.")] * 200)
    extract_isolated(path, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (1, 200)
    assert told[-1] == (200, 200)
    assert len(told) < 100


def test_a_blank_page_is_told_from_one_that_could_not_be_read(pdf):
    found = extract_isolated(pdf(lambda s: s.prose(100), lambda s: None))
    assert [page.blank for page in found.pages] == [False, True]
    assert (found.readable_pages, found.expected_pages) == (1, 1)


def test_an_error_comes_through(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    with pytest.raises(KnowledgeError, match="is empty"):
        extract_isolated(path)


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_read(tmp_path, pdf, children):
    note = tmp_path / "note.txt"
    note.write_text("Short.")
    with Extractor(seconds=0.001) as extractor:
        start = time.monotonic()
        with pytest.raises(ReaderError, match="longer than 0.001 seconds"):
            extractor.extract(note)
        assert time.monotonic() - start < 5
        assert not children()
        extractor.seconds = 30
        assert extractor.extract(note).pages[0].text == "Short."


def test_a_child_that_the_machine_kept_waiting_gets_more_time(tmp_path, children):
    note = tmp_path / "note.txt"
    note.write_text("Short.")
    with Extractor() as extractor:
        extractor.extract(note)
        (child,) = children()
        child.suspend()
        extractor.seconds = 0.5
        waiting = threading.Timer(0.8, child.resume)
        waiting.start()
        assert extractor.extract(note).pages[0].text == "Short."
        waiting.join()


def test_a_file_that_needs_too_much_memory_is_stopped_with_a_sentence(tmp_path):
    path = tmp_path / "large.txt"
    path.write_text("word " * 30_000_000)
    with pytest.raises(KnowledgeError, match="memory"):
        extract_isolated(path, memory_mb=400)


def test_one_child_reads_many_files_and_is_replaced_when_it_dies(tmp_path, children):
    with Extractor() as extractor:
        for number in range(3):
            path = tmp_path / f"{number}.txt"
            path.write_text(f"File {number}")
            assert extractor.extract(path).pages[0].text == f"File {number}"
        (child,) = children()
        child.kill()
        child.wait()
        assert extractor.extract(path).pages[0].text == "File 2"


def test_an_error_in_the_progress_leaves_no_answer_behind(tmp_path, pdf):
    path = pdf(*[lambda s: s.prose(100)] * 3)
    note = tmp_path / "note.txt"
    note.write_text("Short.")

    def fail(done, total):
        raise RuntimeError("stopped by the caller")

    with Extractor() as extractor:
        with pytest.raises(RuntimeError):
            extractor.extract(path, progress=fail)
        assert extractor.extract(note).pages[0].text == "Short."


def test_the_command_prints_json_and_fails_with_the_error(tmp_path):
    path = tmp_path / "note.md"
    path.write_text("# Über uns\n\nWords.\n", encoding="utf-8")
    done = command(path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["pages"][0]["blocks"][0]["text"] == "Über uns"
    failed = command(tmp_path / "gone.txt")
    assert failed.returncode == 3
    assert json.loads(failed.stdout)["again"] is True


def test_no_web_framework_and_no_model_is_loaded_for_text(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("Short.")
    code = (
        "import sys; from knowledge.extract import extract; extract(sys.argv[1]);"
        "print([m for m in ('django', 'torch', 'numpy', 'pypdfium2', 'docx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
