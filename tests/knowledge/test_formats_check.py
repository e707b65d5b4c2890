"""What is measured of a folder of files, and the command that prints it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from knowledge import formats_check
from knowledge.extract.isolated import Extractor, ReaderError
from knowledge.formats_check import Checked, plain, reasons, summarise, truth_of, word_recall


@pytest.fixture
def folder(tmp_path):
    """A good file with its expected text, one without text and one of an unknown kind."""
    files = {
        "sources/leave.md": "# Leave\n\nTwelve days a year.\n",
        "groundtruth/leave.md.md": "# Leave\n\nTwelve days a year and a half.\n",
        "sources/empty.txt": " \n",
        "sources/thing.xyz": "what",
        ".hidden/note.txt": "Not read.",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def printed(folder, *options):
    out = StringIO()
    call_command("check_formats", str(folder), *options, stdout=out)
    return out.getvalue()


def test_word_recall_counts_each_word_as_often_as_it_is_expected():
    assert word_recall("one two two", "TWO, one.") == pytest.approx(2 / 3)
    assert word_recall("one", "one one more") == 1
    assert word_recall("日本 語", "日本語") == 1
    assert word_recall("--", "anything") is None


def test_the_markup_of_the_expected_text_is_not_expected():
    markdown = "<!-- image -->\n# A [map](https://example.com/x)\n\n| <b>a</b> | R&amp;D |\n|--|--|"
    assert sorted(formats_check.words(plain(markdown))) == ["a", "d", "map", "r"]


def test_the_expected_text_is_found_by_the_files_name_with_or_without_its_ending(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "groundtruth").mkdir()
    path = tmp_path / "sources" / "a.pdf"
    assert truth_of(path) is None
    short = tmp_path / "groundtruth" / "a.md"
    short.touch()
    assert truth_of(path) == short
    whole = tmp_path / "groundtruth" / "a.pdf.md"
    whole.touch()
    assert truth_of(path) == whole
    assert truth_of(tmp_path / "a.pdf") == whole


def test_formats_are_summed_up_the_commonest_first(tmp_path):
    rows = summarise(
        [
            Checked(tmp_path / "a.PDF", 1.0, recall=0.9, readable=3, expected=4),
            Checked(tmp_path / "b.pdf", 3.0, "It is damaged.", recall=0.0),
            Checked(tmp_path / "c.md", 0.5, readable=1, expected=1),
        ]
    )
    assert [row.format for row in rows] == ["pdf", "md"]
    first = rows[0]
    assert (first.files, first.ready, first.failed, first.broke) == (2, 1, 1, 0)
    assert (first.readable, first.expected, first.measured) == (3, 4, 2)
    assert (first.recall, first.median_s, first.worst_s) == (0.45, 2.0, 3.0)
    assert rows[1].recall is None


def test_reasons_are_grouped_by_format(tmp_path):
    failed = [Checked(tmp_path / f"{n}.pdf", 1.0, "It is damaged.") for n in range(2)]
    assert reasons([*failed, Checked(tmp_path / "c.md", 1.0)]) == [("pdf", "It is damaged.", 2)]


def test_the_command_prints_a_line_a_format_and_why_files_failed(folder):
    text = printed(folder)
    assert "| md | 1 | 1 | 0 | 1 of 1 | 0.625 (1) |" in text
    assert "| txt | 1 | 0 | 1 | 0 of 0 |  |" in text
    assert "- txt, 1: The file is empty." in text
    assert "- xyz, 1: This kind of file is not supported." in text


def test_the_command_prints_an_object_a_file(folder):
    rows = {row["path"]: row for row in map(json.loads, printed(folder, "--json").splitlines())}
    assert rows["sources/leave.md"]["recall"] == 0.625
    assert rows["sources/empty.txt"]["error"].startswith("The file is empty")
    assert not any(row["broke"] for row in rows.values())


def test_the_command_fails_where_a_file_breaks_the_reader(folder, monkeypatch):
    def crash(self, path):
        raise ReaderError("Reading the file crashed.")

    monkeypatch.setattr(Extractor, "extract", crash)
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("check_formats", str(folder), stdout=out)
    assert caught.value.code == 1
    assert "made it hang:\n- sources/empty.txt" in out.getvalue()


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(CommandError, match="There are no files"):
        call_command("check_formats", str(tmp_path))
