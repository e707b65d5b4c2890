"""Pure: the figures of several question sets as one table, with their change since the last one."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

Figures = Mapping[str, Mapping[str, float]]

# Between these lines of a document stands the table that is written anew.
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
BETWEEN = re.compile(rf"{BEGIN}.*{END}", re.DOTALL)
# Times depend on the machine and on what else it does: they are printed and not compared.
NOT_COMPARED = re.compile(r"_ms_")


def table(figures: Figures, before: Figures | None = None) -> str:
    """A Markdown table, one set a column; a change since `before` stands in brackets."""
    metrics = dict.fromkeys(name for metrics in figures.values() for name in metrics)
    lines = [["", *figures], ["---"] * (len(figures) + 1)]
    for metric in metrics:
        cells = [
            cell(metric, values.get(metric), (before or {}).get(name, {}).get(metric))
            for name, values in figures.items()
        ]
        lines.append([f"`{metric}`", *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(metric: str, value: float | None, before: float | None) -> str:
    """A figure, and by how much it changed where it did."""
    if value is None:
        return ""
    if before is None or before == value or NOT_COMPARED.search(metric):
        return f"{value:g}"
    return f"{value:g} ({value - before:+.4g})"


def read(path: Path) -> Figures:
    """The figures that were kept last, none where there are none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def keep(figures: Figures, path: Path) -> None:
    """Writes the figures to `path`, and their table into the Markdown beside it, where marked."""
    kept = {**read(path), **figures}
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    document = path.with_suffix(".md")
    if document.is_file():
        text = document.read_text(encoding="utf-8")
        new = f"{BEGIN}\n\n{table(kept)}\n\n{END}"
        document.write_text(BETWEEN.sub(lambda _: new, text), encoding="utf-8")
