"""Pairs as lines of JSON, and as cells of a table: what goes out comes back."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuning import cells, jsonl
from tuning.errors import TuningError
from tuning.formats import CSV, JSONL, XLSX
from tuning.jsonl import Row

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
TAG = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=40)
SOURCE = st.builds("everyone/{}.pdf#{}".format, TAG, st.integers(1, 999))
STATUS = st.sampled_from(["draft", "in_review", "approved", "rejected"])
ROW = st.builds(
    Row,
    TEXT,
    TEXT,
    st.lists(TAG, max_size=3, unique=True).map(tuple),
    st.lists(SOURCE, max_size=3, unique=True).map(tuple),
    STATUS,
)


def line(*roles, **more):
    return json.dumps({"messages": [{"role": r, "content": r} for r in roles], **more}).encode()


@given(st.lists(ROW, max_size=5))
def test_what_is_written_as_lines_is_read_as_it_was(rows):
    assert jsonl.read(jsonl.write(rows)) == rows


@given(ROW)
def test_what_is_written_as_cells_is_read_as_it_was(row):
    assert cells.from_cells(cells.to_cells(row)) == row


@pytest.mark.parametrize("form", [CSV, JSONL])
@given(rows=st.lists(ROW, min_size=1, max_size=4))
def test_a_file_gives_back_what_went_into_it(form, rows):
    import tablib

    table = [list(cells.to_cells(row).values()) for row in rows]
    data = form().export_data(tablib.Dataset(*table, headers=cells.COLUMNS))
    back = form().create_dataset(data if isinstance(data, bytes) else data.encode())
    assert [cells.from_cells(one) for one in back.dict] == rows


def test_a_workbook_gives_back_what_went_into_it():
    import tablib

    rows = [
        Row("=1+1", "'-2 €\nand more", ("leave", "pay"), ("everyone/a.pdf#1",), "approved"),
        Row("How?", "So [1].", (), (), "draft"),
    ]
    table = [list(cells.to_cells(row).values()) for row in rows]
    data = XLSX().export_data(tablib.Dataset(*table, headers=cells.COLUMNS))
    assert [cells.from_cells(one) for one in XLSX().create_dataset(data).dict] == rows


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "\t=1", "''=1"])
def test_no_cell_begins_a_formula(text):
    kept = cells.to_cells(Row(text, text))["answer"]
    assert kept.startswith("'")
    assert cells.bare(kept) == text


def test_a_plain_line_has_messages_alone():
    (plain,) = jsonl.write([Row("Q", "A", ("t",))], plain=True).splitlines()
    assert list(json.loads(plain)) == ["messages"]


def test_a_line_of_another_program_is_a_pair_without_a_status():
    assert jsonl.read(line("system", "user", "assistant")) == [Row("user", "assistant")]


def test_text_in_parts_is_one_text():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    messages = [{"role": "user", "content": parts}, {"role": "assistant", "content": "c"}]
    assert jsonl.read(json.dumps({"messages": messages}).encode()) == [Row("ab", "c")]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"{", "Line 2: It is no JSON"),
        (b"[" * 100_000, "Line 2: It is no JSON"),
        (b"\xff", "Line 2: It is not UTF-8"),
        (b"[]", 'Line 2: It has no list of "messages"'),
        (line("user"), "Line 2: A pair is one message of the user and one of the assistant"),
        (line("user", "assistant", "user", "assistant"), "user, assistant, user, assistant"),
        (b'{"messages": [1]}', "Line 2: A message is an object"),
        (b'{"messages": [{"role": "user", "content": 1}]}', "Line 2: A pair is one message"),
        (line("user", "assistant", metadata=[1]), 'Line 2: Its "metadata" is no object'),
        (line("user", "assistant", metadata={"tags": "x"}), 'Line 2: Its "tags" are no list'),
        (line("user", "assistant", metadata={"status": 1}), 'Line 2: Its "status" is no text'),
    ],
)
def test_a_bad_line_is_told_with_its_number(bad, told):
    with pytest.raises(TuningError) as error:
        jsonl.read(line("user", "assistant") + b"\n" + bad)
    assert told in str(error.value)


def test_only_the_first_bad_lines_are_told():
    with pytest.raises(TuningError, match=r"Line 10: .* … and 15 more\."):
        jsonl.read(b"x\n" * 25)


def test_semicolons_are_read_too():
    back = CSV().create_dataset("\ufeffquestion;answer\nHow?;So, and so.\n".encode())
    assert back.dict == [{"question": "How?", "answer": "So, and so."}]


def test_a_file_of_another_encoding_says_what_to_do():
    with pytest.raises(TuningError, match="CSV UTF-8"):
        CSV().create_dataset("question,answer\nWie?,Schön.\n".encode("cp1252"))


def test_a_file_of_too_many_pairs_is_refused(monkeypatch):
    monkeypatch.setattr("tuning.formats.MOST_PAIRS", 2)
    out = io.StringIO()
    csv.writer(out).writerows([["question", "answer"], *[["a", "b"]] * 3])
    for form, data in [
        (CSV, out.getvalue().encode()),
        (JSONL, line("user", "assistant") + b"\n" + (line("user", "assistant") + b"\n") * 2),
    ]:
        with pytest.raises(TuningError, match="2 pairs at most"):
            form().create_dataset(data)


def test_what_is_no_workbook_is_told():
    from knowledge.errors import KnowledgeError

    with pytest.raises((TuningError, KnowledgeError)):
        XLSX().create_dataset(b"question,answer")
