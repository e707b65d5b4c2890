"""Files of PowerPoint 97 to 2003."""

import pytest

from knowledge.extract import KnowledgeError, extract

from .doc_samples import box, grid, slides, text_atoms
from .samples import rows, texts


def test_every_slide_is_a_page_with_title_points_and_boxes(tmp_path):
    path = tmp_path / "deck.ppt"
    note = box(text_atoms(4, "A box\x0bwith a break\r*"))
    path.write_bytes(slides(("Leave", ["call in", "rest"]), ("Ways", ["train 👍"], note)))
    found = extract(path)
    assert found.paged
    assert [page.number for page in found.pages] == [1, 2]
    assert [(b.kind, b.text) for b in found.pages[0].blocks] == [
        ("heading", "Leave"),
        ("list_item", "- call in"),
        ("list_item", "- rest"),
    ]
    assert texts(found)[3:] == ["Ways", "train 👍", "A box with a break"]


def test_a_table_is_read_by_where_its_cells_stand(tmp_path):
    path = tmp_path / "deck.ppt"
    table = grid([["City", "Rate"], ["Rome", "120"]])
    path.write_bytes(slides(("Rates", [""], table)))
    assert rows(extract(path)) == [("City | Rate", ""), ("Rome | 120", "City | Rate")]


def test_a_locked_file_needs_a_password(tmp_path):
    path = tmp_path / "deck.ppt"
    path.write_bytes(slides(("Leave", ["call in"]), token=0xF3D1C4DF))
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(path)
