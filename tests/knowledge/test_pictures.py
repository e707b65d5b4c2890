import pytest
from PIL import Image

from knowledge import pictures
from knowledge.errors import KnowledgeError
from knowledge.extract import drawing
from tests.knowledge.papers import LEAVE, NOTICE, pdf, published_pdf, uploaded

pytestmark = pytest.mark.usefixtures("var")


def test_a_page_is_drawn_1400_pixels_wide(everyone):
    version = published_pdf(everyone, [LEAVE], [NOTICE])
    with Image.open(pictures.picture(version, 2)) as image:
        assert image.format == "PNG"
        assert image.size == pictures.size(version, 2) == (1400, 1960)
        assert image.convert("L").getextrema()[0] < 50


def test_a_page_is_drawn_once(everyone):
    version = published_pdf(everyone, [LEAVE])
    first = pictures.picture(version, 1).stat().st_mtime_ns
    assert pictures.picture(version, 1).stat().st_mtime_ns == first
    assert [path.name for path in pictures.folder(version.sha256).iterdir()] == ["1.png"]


@pytest.mark.parametrize("number", [0, 2, 99])
def test_a_page_that_is_not_there_is_refused(everyone, number):
    with pytest.raises(KnowledgeError, match=f"no page {number}"):
        pictures.picture(published_pdf(everyone, [LEAVE]), number)


def test_a_damaged_pdf_is_refused(everyone):
    with pytest.raises(KnowledgeError, match="can't be drawn"):
        pictures.picture(uploaded(everyone, "broken.pdf", b"%PDF-1.7 and then nothing"), 1)


def test_a_file_that_is_no_pdf_has_no_pictures(everyone):
    with pytest.raises(KnowledgeError, match="Only PDF"):
        pictures.picture(uploaded(everyone, "note.txt", b"Hello"), 1)


def test_a_pdf_is_known_by_its_bytes(everyone):
    assert pictures.is_pdf(uploaded(everyone, "leave.txt", pdf([LEAVE])))
    assert not pictures.is_pdf(uploaded(everyone, "note.pdf", b"Hello"))


def test_a_missing_file_is_told(everyone):
    version = uploaded(everyone, "leave.pdf", pdf([LEAVE]))
    version.file.storage.delete(version.file.name)
    with pytest.raises(KnowledgeError, match="no longer kept"):
        pictures.is_pdf(version)


def test_a_very_long_page_is_drawn_narrower():
    assert drawing.scale_of(100, 100_000) * 100_000 == drawing.MAX_HEIGHT


def test_a_page_that_takes_too_long_is_refused_and_leaves_nothing(everyone, monkeypatch):
    version = published_pdf(everyone, [LEAVE])
    monkeypatch.setattr(pictures, "SECONDS", 0.001)
    with pytest.raises(KnowledgeError, match="can't be drawn"):
        pictures.picture(version, 1)
    assert list(pictures.folder(version.sha256).iterdir()) == []
