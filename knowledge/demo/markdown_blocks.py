"""Turn markdown-it tokens into a flat list of simple blocks that both renderers understand."""

from dataclasses import dataclass, field


@dataclass
class Block:
    """A heading, paragraph, list item, note, table or page break."""

    kind: str
    inline: object = None
    level: int = 0
    number: int = 0
    rows: list = field(default_factory=list)


def to_blocks(tokens):
    """Return the document body as blocks, in reading order."""
    blocks, position = [], 0
    while position < len(tokens):
        end = _closing(tokens, position)
        blocks.extend(_read(tokens[position : end + 1]))
        position = end + 1
    return blocks


def _closing(tokens, start):
    """Index of the token that closes the one at start."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _read(group):
    """Blocks for one top-level Markdown construct."""
    opening = group[0].type
    if opening == "heading_open":
        return [Block("heading", group[1], level=int(group[0].tag[1]))]
    if opening == "table_open":
        return [Block("table", rows=_table_rows(group))]
    if opening in ("bullet_list_open", "ordered_list_open"):
        return _list_items(group)
    if opening == "hr":
        return [Block("pagebreak")]
    kind = "note" if opening == "blockquote_open" else "paragraph"
    return [Block(kind, token) for token in group if token.type == "inline"]


def _list_items(group):
    """One block per list item; number is 0 for bullets."""
    ordered = group[0].type == "ordered_list_open"
    inlines = [token for token in group if token.type == "inline"]
    return [
        Block("item", token, number=index if ordered else 0)
        for index, token in enumerate(inlines, start=1)
    ]


def _table_rows(group):
    """Rows of inline tokens; the first row is the header."""
    rows = []
    for token in group:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows
