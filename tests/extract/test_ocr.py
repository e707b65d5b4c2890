"""Pictures."""

import pytest
from PIL import Image

from knowledge.extract import KnowledgeError, extract

from .samples import picture, texts


def test_the_words_of_a_picture_are_read_where_they_stand(tmp_path):
    path = tmp_path / "sign.png"
    image = picture(["Emergency exit", "Keep this door closed"])
    image.save(path)
    found = extract(path)
    assert found.pages[0].ocr
    assert "keep this door closed" in " ".join(texts(found)).lower()
    span = found.pages[0].blocks[0].spans[0]
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert abs(span.left * image.width - dark[0]) < 20
    assert abs(span.top * image.height - dark[1]) < 20


def test_a_picture_without_words_holds_no_text(tmp_path):
    path = tmp_path / "blank.jpg"
    Image.new("RGB", (300, 200), "white").save(path)
    with pytest.raises(KnowledgeError, match="no text"):
        extract(path)


def test_a_picture_cut_short_says_that_it_is_damaged(tmp_path):
    whole, path = tmp_path / "whole.png", tmp_path / "cut.png"
    picture(["Hello"]).save(whole)
    path.write_bytes(whole.read_bytes()[:900])
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)
