"""What pages without text come to, from the reader to what answers."""

import pytest

from knowledge import indexing, publishing
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.extract.isolated import Extractor
from tests.knowledge.versions import fresh, make

TEXT = Block("paragraph", "Every employee has 25 working days of leave a year.")


@pytest.fixture
def read(monkeypatch):
    """Gives pages for every file: "t" with text, "u" unreadable, "b" blank."""

    def give(pages):
        found = [
            Page(number, [TEXT] if kind == "t" else [], warning="It is faint." * (kind == "u"))
            for number, kind in enumerate(pages, 1)
        ]
        extract = lambda self, path, name, progress=None: Extraction(found)  # noqa: E731
        monkeypatch.setattr(Extractor, "extract", extract)

    return give


@pytest.mark.parametrize(
    ("pages", "told", "status"),
    [
        ("tttt", "4 of 4 pages have text", "ready"),
        ("ttttu", "4 of 5 pages have text", "ready"),
        ("tttu", "3 of 4 pages have text", "held"),
        ("tttb", "3 of 3 pages have text", "ready"),
        ("t", "1 of 1 page has text", "ready"),
    ],
)
def test_what_lacks_too_many_pages_waits_for_approval(
    everyone, administrator, read, pages, told, status
):
    read(pages)
    indexing.index(fresh(make(everyone)))
    version = fresh(everyone.documents.get().versions.get())
    assert (version.coverage, version.status) == (told, status)
    assert publishing.approve(version, administrator) == (status == "held")
    assert fresh(version).status == "ready"
