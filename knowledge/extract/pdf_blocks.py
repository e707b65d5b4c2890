"""Paragraphs and tables of a PDF page to blocks, with their spans."""

import re
from dataclasses import replace

from .blocks import Block
from .pdf_lines import BULLET_START, Joiner
from .pdf_tables import Table


def blocks_of(groups: list, sheet, joiner: Joiner, carried: Table | None) -> list[Block]:
    """The groups as blocks; a table that goes on from the page before keeps its header."""
    blocks: list[Block] = []
    for position, group in enumerate(groups):
        if isinstance(group, Table):
            before = carried if position == 0 else None
            blocks += _table_blocks(group, sheet, joiner, before)
            continue
        text, spans = joiner.join(group.lines, sheet.frame, sheet.number)
        if group.marker == "-":
            text, spans = _bulleted(text, spans)
        if text:
            level = group.level
            blocks.append(Block(group.kind, text, level, spans=spans))
    return blocks


def _bulleted(text: str, spans: tuple) -> tuple[str, tuple]:
    """The text with "- " for whatever bullet it has, its spans moved along."""
    cut = BULLET_START.match(text)
    shift = 2 - (cut.end() if cut else 0)
    moved = tuple(
        replace(span, start=span.start + shift if index else 0, end=span.end + shift)
        for index, span in enumerate(spans)
    )
    return "- " + (text[cut.end() :] if cut else text), moved


def _table_blocks(table: Table, sheet, joiner: Joiner, before: Table | None) -> list[Block]:
    rows = [_row_block(row, table, sheet, joiner) for row in table.rows]
    header = _header_index(table, rows)
    text = rows[header].text if header is not None else ""
    if before is not None and before.header and _same_columns(before, table):
        # A header repeated on the next page is the same header; without one the table goes on.
        if header is None or _plain(text) == _plain(before.header):
            start = 0 if header is None else header + 1
            table.header = before.header
            return [replace(row, header=before.header) for row in rows[start:] if row.text]
        if not table.rows[header].bold:
            table.header = before.header
            return [replace(row, header=before.header) for row in rows if row.text]
    table.header = text
    after = len(rows) if header is None else header
    return [
        replace(row, header=text if index > after else "")
        for index, row in enumerate(rows)
        if row.text
    ]


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _same_columns(one: Table, two: Table) -> bool:
    if one.columns != two.columns:
        return False
    width = one.edges[-1] - one.edges[0]
    return all(abs(a - b) < 0.06 * width + 3 for a, b in zip(one.edges, two.edges, strict=True))


def _row_block(row, table: Table, sheet, joiner: Joiner) -> Block:
    text, spans = "", []
    for column in range(table.columns):
        lines = row.cells.get(column)
        if not lines:
            continue
        cell, held = joiner.join(lines, sheet.frame, sheet.number)
        text += " | " if text and cell else ""
        spans += [replace(s, start=s.start + len(text), end=s.end + len(text)) for s in held]
        text += cell
    return Block("table_row", text, spans=tuple(spans))


def _header_index(table: Table, rows: list[Block]) -> int | None:
    """Which row is the header: bold over rows that are not, or words over figures."""
    first = next((i for i, row in enumerate(table.rows) if len(row.cells) > 1), None)
    if first is None or first > 2 or first + 1 >= len(rows) or len(rows[first].text) > 300:
        return None
    row, below = table.rows[first], table.rows[first + 1 :]
    if row.bold and sum(each.bold for each in below) < 0.5 * len(below):
        return first
    full = len(row.cells) == max(len(each.cells) for each in table.rows)
    digits = sum(c.isdigit() for c in rows[first].text)
    if full and not digits and len(row.cells) >= 3:
        return first
    return None
