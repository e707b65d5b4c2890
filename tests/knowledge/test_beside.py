import pytest

from knowledge import beside, sources
from tests.knowledge.papers import LEAVE, NOTICE, meals, published_pdf, published_text

pytestmark = pytest.mark.usefixtures("var")


def words(found):
    return " ".join(
        piece.text for block in found.blocks for row in block.rows for cell in row for piece in cell
    )


def test_a_page_has_its_picture_and_its_passages_with_their_boxes(everyone):
    version = published_pdf(everyone, [LEAVE], [NOTICE])
    context = beside.beside(version, 2)
    assert context["width"] > 0
    here = [one for one in context["passages"] if one.boxes]
    assert NOTICE in " ".join(map(words, here))
    for one in here:
        for box in one.boxes:
            assert 0 < box["x"] < 1
            assert box["height"] > 0


def test_a_text_without_pages_shows_its_passages_alone(everyone):
    context = beside.beside(published_text(everyone, meals()), 1)
    assert "width" not in context
    assert "16 euro" in words(context["passages"][0])
    assert context["passages"][0].number == 1


def test_what_was_left_out_stands_on_its_page(everyone):
    version = published_pdf(everyone, [LEAVE], [NOTICE])
    version.warning = "Page 1: blurred.\nPage 2: cut off.\nPage 12: blank."
    assert beside.beside(version, 1)["warnings"] == ["blurred."]
    version.paged = False
    assert len(beside.warnings(version, 1)) == 3


def test_a_missing_file_is_told_and_the_passages_stay(everyone):
    version = published_pdf(everyone, [LEAVE])
    version.file.storage.delete(version.file.name)
    context = beside.beside(version, 1)
    assert "no longer kept" in context["problem"]
    assert LEAVE in words(context["passages"][0])


def test_a_long_text_comes_in_parts(everyone, monkeypatch):
    monkeypatch.setattr(beside, "PART", 1)
    version = published_text(everyone, meals())
    assert len(beside.passages_of(version, 1)) == 1
    assert beside.passages_of(version, 100) == []
    assert sources.page_count(version) >= 1
