"""JSON files: values with their keys, under headings that tell where in the file they stand."""

import json
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .tables import table_blocks
from .text import decode

MAX_LEVEL = 6
MAX_DEPTH = 100
MAX_COLUMNS = 60
# A cell with more is prose, which is read better under its own key than in a row.
MAX_CELL = 400
DEEP = "The file's values are nested too deeply to be read. Export it in a flatter form."
TITLES = ("title", "name", "heading", "label", "id")
Value = dict | list | str | int | float | bool | None


def extract(path) -> Extraction:
    """The text of a JSON file, or of one with a value on each line."""
    value = parse(decode(Path(path).read_bytes()))
    blocks = value_blocks(value, [])
    title = value.get("title") if isinstance(value, dict) else ""
    return Extraction([Page(1, blocks)], title if isinstance(title, str) else "")


def parse(text: str) -> Value:
    """The value that a text of JSON stands for. Raises KnowledgeError where it is none."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise KnowledgeError(DEEP) from error
    except ValueError as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            line = getattr(error, "lineno", 1)
            raise KnowledgeError(
                f"The file is damaged: it is no JSON from line {line} on. Export it anew."
            ) from error


def value_blocks(value: Value, path: list[str]) -> list[Block]:
    """The blocks of a value that stands at this path of keys."""
    if len(path) > MAX_DEPTH:
        raise KnowledgeError(DEEP)
    if isinstance(value, dict):
        return _object(value, path)
    if isinstance(value, list):
        return _array(value, path)
    return _scalar("", value)


def _object(value: dict, path: list[str]) -> list[Block]:
    """Plain values first, for they belong to the heading above; then what has its own."""
    plain = {key: each for key, each in value.items() if _is_plain(each)}
    blocks = [block for key, each in plain.items() for block in _scalar(str(key), each)]
    for key, each in value.items():
        if key not in plain and each:
            blocks += _section(each, [*path, str(key)])
    return blocks


def _array(values: list, path: list[str]) -> list[Block]:
    if _is_table(values):
        keys = list(dict.fromkeys(key for each in values for key in each))
        rows = [[_text(each.get(key)) for key in keys] for each in values]
        return table_blocks([[str(key) for key in keys], *rows], header=True)
    if values and all(isinstance(each, list) and all(map(_is_flat, each)) for each in values):
        return table_blocks([[_text(cell) for cell in each] for each in values])
    blocks = []
    for number, each in enumerate(values, start=1):
        if _is_flat(each):
            text = _text(each)
            blocks += [Block("list_item", f"- {text}")] if text else []
        else:
            blocks += _section(each, [*path, _label(each, number)])
    return blocks


def _section(value: Value, path: list[str]) -> list[Block]:
    blocks = value_blocks(value, path)
    if not blocks:
        return []
    # Deeper than headings go, the heading tells the rest of the path itself.
    level = min(len(path), MAX_LEVEL)
    return [Block("heading", " / ".join(path[level - 1 :]), level), *blocks]


def _label(value: Value, number: int) -> str:
    """What an object in an array calls itself, else its place."""
    for key in TITLES if isinstance(value, dict) else ():
        text = _text(value.get(key)) if _is_flat(value.get(key)) else ""
        if 0 < len(text) <= 100:
            return text
    return str(number)


def _scalar(key: str, value: Value) -> list[Block]:
    text = ", ".join(map(_text, value)) if isinstance(value, list) else _text(value)
    if not text:
        return []
    return [Block("paragraph", f"{key}: {text}" if key else text)]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())


def _is_flat(value: Value) -> bool:
    return not isinstance(value, dict | list)


def _is_plain(value: Value) -> bool:
    """Whether a value is read in one line with its key: one value, or a few short ones."""
    if isinstance(value, list):
        return all(map(_is_flat, value)) and sum(len(_text(each)) for each in value) <= MAX_CELL
    return _is_flat(value)


def _is_table(values: list) -> bool:
    """Whether an array holds objects of short plain values, as the rows of a table."""
    if len(values) < 2 or not all(isinstance(each, dict) and each for each in values):
        return False
    keys = {key for each in values for key in each}
    shared = sum(len(each) for each in values) >= 0.5 * len(keys) * len(values)
    cells = [cell for each in values for cell in each.values()]
    short = all(_is_flat(cell) and len(_text(cell)) <= MAX_CELL for cell in cells)
    return short and shared and 1 < len(keys) <= MAX_COLUMNS
