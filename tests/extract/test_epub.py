"""EPUB books."""

import pytest

from knowledge.extract import KnowledgeError, extract

from .samples import texts
from .zip_samples import book, zipped


def locked(name):
    """The part that says which others are encrypted."""
    return {"META-INF/encryption.xml": f'<e><d><CipherReference URI="{name}"/></d></e>'}


def test_chapters_are_pages_in_reading_order(tmp_path):
    found = extract(book(tmp_path / "a.epub", "<h1>One</h1><p>first</p>", "<p>second</p>"))
    assert found.title == "A book"
    assert [page.text for page in found.pages] == ["One\nfirst", "second"]
    assert found.pages[0].blocks[0].kind == "heading"


def test_a_book_without_a_map_of_its_parts_is_damaged(tmp_path):
    path = zipped(tmp_path / "a.epub", {"mimetype": "application/epub+zip", "a.html": "<p>a"})
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)


def test_a_protected_book_says_so(tmp_path):
    path = book(tmp_path / "a.epub", "<p>one</p>", more=locked("in/c%200.xhtml"))
    with pytest.raises(KnowledgeError, match="protected against copying"):
        extract(path)


def test_encrypted_fonts_are_no_matter(tmp_path):
    path = book(tmp_path / "a.epub", "<p>one</p>", more=locked("in/font.otf"))
    assert texts(extract(path)) == ["one"]
