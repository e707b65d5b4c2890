"""The demo company's documents, as people open them."""

import re
from pathlib import Path

import pypdfium2
import pytest

DEMO = Path(__file__).resolve().parents[2] / "knowledge" / "demo"


def rendered():
    """The sources that were made into PDFs with a text layer, by their names."""
    for source in sorted((DEMO / "sources").glob("*.md")):
        text = source.read_text()
        told = dict(re.findall(r"^(\w+): (.+)$", text, re.M))
        target = DEMO / "docs" / told["collection"] / told["output"]
        if target.suffix == ".pdf" and "scan" not in target.name and "\n|" in text:
            yield pytest.param(text, target, id=target.stem)


@pytest.mark.parametrize(("source", "target"), list(rendered()))
def test_no_word_of_a_table_is_broken(source, target):
    document = pypdfium2.PdfDocument(target)
    pages = [page.get_textpage().get_text_range() for page in document]
    shown = set(" ".join(pages).split())
    rows = [line for line in source.splitlines() if line.startswith("|") and "---" not in line]
    words = set(" ".join(rows).replace("|", " ").replace("*", "").split())
    assert len(words) > 5
    assert not words - shown
