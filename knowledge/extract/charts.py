"""Charts of office files: their title, and their figures as a table."""

from lxml import etree

from .blocks import Block
from .tables import table_blocks

MAX_POINTS = 500


def chart_blocks(data: bytes) -> list[Block]:
    """The blocks of a chart part's XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return []
    title = next(root.iter("{*}title"), None)
    words = [] if title is None else [node.text or "" for node in title.iter("{*}t")]
    text = " ".join("".join(words).split())
    blocks = [Block("paragraph", text)] if text else []
    series = list(root.iter("{*}ser"))
    names: dict[int, str] = {}
    columns = []
    for one in series:
        names.update(_points(one, "cat", "xVal"))
        columns.append(_points(one, "val", "yVal"))
    heads = [" ".join(_points(one, "tx").values()) for one in series]
    rows = [["", *heads]] if any(heads) else []
    for at in sorted(set(names).union(*columns))[:MAX_POINTS]:
        rows.append([names.get(at, ""), *(column.get(at, "") for column in columns)])
    return blocks + table_blocks(rows, header=bool(rows) and any(heads))


def _points(series, *places: str) -> dict[int, str]:
    """The stored values of one part of a series by their place."""
    part = next((node for node in series if etree.QName(node).localname in places), None)
    points = {}
    for point in () if part is None else part.iter("{*}pt"):
        value = next(point.iter("{*}v"), None)
        at = point.get("idx") or "0"
        if value is not None and value.text and at.isdigit():
            points[int(at)] = " ".join(value.text.split())
    return points
