"""Pure: pairs as cells of a table, in and out, so that no program takes a text for a formula."""

import re

from tuning.jsonl import Row

COLUMNS = ["question", "answer", "tags", "sources", "status"]
# What a spreadsheet may run begins so. An apostrophe before it makes a text of it, and is taken
# away again when the file comes back; a text that begins so itself gets one more.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def bare(text: str) -> str:
    return text[1:] if GUARDED.match(text) else text


def to_cells(row: Row) -> dict[str, str]:
    """A pair as a line of a table: tags with commas between them, sources one a line."""
    lists = {"tags": ", ".join(row.tags), "sources": "\n".join(row.sources)}
    texts = {"question": row.question, "answer": row.answer, "status": row.status}
    return {name: guarded((texts | lists)[name]) for name in COLUMNS}


def from_cells(cells: dict) -> Row:
    """A line of a table as a pair; numbers and empty cells are texts too."""
    known = {str(name).strip().lower(): value for name, value in cells.items()}
    texts = {name: "" if known.get(name) is None else str(known[name]) for name in COLUMNS}
    texts = {name: bare(value) for name, value in texts.items()}
    tags = tuple(dict.fromkeys(filter(None, map(str.strip, texts["tags"].split(",")))))
    sources = tuple(filter(None, (one.strip("\r ") for one in texts["sources"].split("\n"))))
    return Row(texts["question"], texts["answer"], tags, sources, texts["status"].strip())
