"""Charts of office files: their kind and title, and their figures as a table."""

import re
from collections.abc import Callable

from lxml import etree

from .blocks import Block
from .package import parsed
from .tables import table_blocks

MAX_POINTS = 500

# Gives the cells to which a reference such as Sheet1!$B$2:$B$9 points.
Cells = Callable[[str], list[str]]


def chart_blocks(data: bytes, cells: Cells | None = None) -> list[Block]:
    """The blocks of a chart part's XML.

    Where the part stores no values, `cells` looks them up in the workbook.
    """
    root = parsed(data)
    if root is None:
        return []
    series = list(root.iter("{*}ser"))
    names: dict[int, str] = {}
    columns = []
    for one in series:
        names.update(_points(one, cells, "cat", "xVal"))
        columns.append(_points(one, cells, "val", "yVal"))
    heads = [" ".join(_points(one, cells, "tx").values()) for one in series]
    rows = [["", *heads]] if any(heads) else []
    for at in sorted(set(names).union(*columns))[:MAX_POINTS]:
        rows.append([names.get(at, ""), *(column.get(at, "") for column in columns)])
    text = _title(root)
    blocks = [Block("paragraph", text)] if text else []
    return blocks + table_blocks(rows, header=bool(rows) and any(heads))


def _title(root) -> str:
    """What kind of chart it is and what it is called, as "Bar chart: Trips"."""
    kinds = [_kind(node) for node in root.iter() if _kind(node)]
    title = next(root.iter("{*}title"), None)
    words = [] if title is None else [node.text or "" for node in title.iter("{*}t")]
    text = " ".join("".join(words).split())
    return ": ".join(part for part in (kinds[0] if kinds else "", text) if part)


def _kind(node) -> str:
    """ "Bar chart" for a barChart element; "" for any other."""
    name = _local(node)
    if not name.endswith("Chart"):
        return ""
    name = name.removesuffix("Chart").removesuffix("3D")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() + " chart"


def _points(series, cells: Cells | None, *places: str) -> dict[int, str]:
    """The values of one part of a series by their place."""
    part = next((node for node in series if _local(node) in places), None)
    points = {}
    for point in () if part is None else part.iter("{*}pt"):
        value = next(point.iter("{*}v"), None)
        at = point.get("idx") or "0"
        if value is not None and value.text and at.isdigit():
            points[int(at)] = " ".join(value.text.split())
    if points or part is None or cells is None:
        return points
    formula = next(part.iter("{*}f"), None)
    found = cells(formula.text or "") if formula is not None else []
    return {at: value for at, value in enumerate(found) if value}


def _local(node) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
