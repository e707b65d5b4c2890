"""Pictures."""

import threading
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

import knowledge.demo
from knowledge.extract import (
    Block,
    KnowledgeError,
    extract,
    ocr,
    ocr_eight_bits,
    ocr_finder,
    ocr_graph,
    ocr_model,
    ocr_reader,
    ocr_recognizer,
)

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


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_or_its_head_is_read_where_its_words_stand(turn):
    lines = ["Emergency exit to the yard", "Keep this door closed at all times"]
    image = picture(lines, size=(900, 300)).rotate(turn, expand=True)
    found = ocr.read(image, 1)
    assert not found.warning
    words = " ".join(block.text for block in found.blocks).lower()
    assert words.index("emergency exit") < words.index("keep this door closed")
    spans = [span for block in found.blocks for span in block.spans]
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert abs(min(span.left for span in spans) * image.width - dark[0]) < 20
    assert abs(max(span.bottom for span in spans) * image.height - dark[3]) < 20


def test_long_lines_of_a_tilted_scan_are_not_turned_over():
    folder = Path(knowledge.demo.__file__).parent / "docs" / "everyone"
    document = pypdfium2.PdfDocument(folder / "cork-works-site-rules-scan.pdf")
    words = " ".join(b.text for b in ocr.read_picture(document[2].render(scale=2).to_pil(), 1))
    document.close()
    assert "person is banned from the works. Bypassing a machine guard" in words


@pytest.fixture
def unread():
    """Models that are loaded anew, and again after the test."""

    def forget():
        for model in (ocr_reader._small, ocr_reader._large):
            model.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize("sure", [ocr_reader.SURE, 2.0])
@pytest.mark.parametrize("offered", [("int8", "fp32"), ("fp32",)])
def test_lines_are_read_alike_in_eight_bits_and_without(monkeypatch, unread, offered, sure):
    monkeypatch.setattr(ocr_recognizer, "offered", lambda: offered)
    monkeypatch.setattr(ocr_reader, "SURE", sure)
    image = picture(["Emergency exit to the yard", "Keep this door closed at all times"])
    words = " ".join(block.text for block in ocr.read(image, 1).blocks)
    assert words == "Emergency exit to the yard Keep this door closed at all times"


def loaded(source):
    import onnx

    return onnx.load(ocr_model.path(*source.file))


@pytest.mark.parametrize(("source", "count"), [(ocr_reader.SMALL, 27), (ocr_reader.LARGE, 48)])
def test_a_product_in_eight_bits_stands_where_one_with_constant_weights_stood(source, count):
    whole = ocr_graph.eased(loaded(source))
    before = [node.op_type for node in whole.graph.node]
    after = [node.op_type for node in ocr_eight_bits.in_eight_bits(whole).graph.node]
    products = after.count("DynamicQuantizeMatMul")
    assert products == count
    left = sum(after.count(kind) for kind in ("Conv", "MatMul"))
    assert left + products == sum(before.count(kind) for kind in ("Conv", "MatMul"))


@pytest.mark.parametrize(
    ("source", "swishes", "left"), [(ocr_reader.SMALL, 9, 1), (ocr_reader.LARGE, 13, 0)]
)
def test_a_model_with_swishes_says_what_the_one_with_gelus_says(source, swishes, left):
    import numpy
    import onnxruntime

    pixels = numpy.asarray(picture(["Keep this door closed"], size=(480, 160)))[56:104]
    planes = pixels.transpose(2, 0, 1)[None].astype(numpy.float32) / 127.5 - 1
    eased = ocr_graph.eased(loaded(source))
    kinds = [node.op_type for node in eased.graph.node]
    assert (kinds.count("QuickGelu"), kinds.count("Erf")) == (swishes, left)
    (one,), (other,) = (
        onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": planes})
        for model in (loaded(source), eased)
    )
    assert one.max() > 0.9
    assert numpy.abs(one - other).mean() < 0.01


@pytest.mark.parametrize(("model", "wide"), [(ocr_reader._small, 200), (ocr_reader._large, 170)])
def test_a_line_is_read_as_wide_as_its_model_wants_and_without_paper_that_it_spares(model, wide):
    import numpy

    source = model().source
    line = numpy.full((96, 400, 3), 255, numpy.uint8)
    spared = 48 - source.height
    line[:spared] = line[96 - spared :] = 0
    planes = model().planes(line)
    assert planes.shape == (1, 3, source.height, wide)
    assert planes.min() == 1


def test_lines_of_one_picture_are_read_side_by_side_and_keep_their_order(monkeypatch):
    names, together = ["North", "South", "East", "West"], threading.Barrier(2, timeout=30)
    monkeypatch.setattr(ocr.os, "cpu_count", lambda: 2)
    ocr._pool.cache_clear()
    small = ocr_reader._small()

    class BesideAnother:
        def read(self, line):
            together.wait()
            return small.read(line)

    monkeypatch.setattr(ocr_reader, "_small", BesideAnother)
    image = picture([f"{name} gate" for name in names], size=(600, 400))
    found = " ".join(block.text for block in ocr.read_picture(image, 1))
    ocr._pool.cache_clear()
    assert [word for word in found.split() if word in names] == names


def test_what_the_few_characters_leave_in_doubt_is_asked_among_all(monkeypatch):
    lines = ["Emergency exit to the yard", "Keep this door closed at all times"]
    image = picture(lines)
    monkeypatch.setattr(ocr_recognizer, "CERTAIN", 2.0)
    words = " ".join(block.text for block in ocr.read(image, 1).blocks)
    assert words == " ".join(lines)


@pytest.fixture
def readers(monkeypatch):
    """Has two models say what they are told of lines, which are numbers; tells which they read."""

    class Model:
        def __init__(self, said):
            self.said, self.asked = said, []

        def read(self, line):
            self.asked.append(line)
            return self.said[line]

    def stand_in(small, large):
        models = Model(small), Model(large)
        for name, model in zip(("_small", "_large"), models, strict=True):
            monkeypatch.setattr(ocr_reader, name, lambda model=model: model)
        return [model.asked for model in models]

    monkeypatch.setattr(ocr_reader, "_cut", lambda pixels, corners: corners)
    return stand_in


PLAIN, UNSURE, ACCENTED = ("Whoever visits", 0.99), ("Whoever uisits", 0.9), ("Bjørn Åsén", 0.99)


@pytest.mark.parametrize(
    ("found", "again"),
    [
        ([], []),
        ([PLAIN, ("– 5 € • “signs in” –", 0.99)], []),
        ([PLAIN, UNSURE, PLAIN], [1]),
        ([("I", 0.99), PLAIN], [0]),
        ([*[PLAIN] * 10, ACCENTED], [10]),
        ([*[PLAIN] * 8, ACCENTED], list(range(9))),
        ([PLAIN, ("閉めてください", 0.99)], [0, 1]),
    ],
)
def test_the_large_model_reads_what_is_not_sure_and_where_letters_have_accents(
    readers, found, again
):
    small, large = readers(dict(enumerate(found)), dict.fromkeys(range(len(found)), ("read", 0.9)))
    read = ocr_reader.read(None, list(range(len(found))))
    assert (small, large) == (list(range(len(found))), again)
    assert [index for index, reading in enumerate(read) if reading == ("read", 0.9)] == again


@pytest.mark.parametrize(("text", "small"), [("Whoever visits", 20), ("Bjørn Åsén", 16)])
def test_where_the_first_lines_have_accents_the_large_model_reads_the_others_at_once(
    readers, text, small
):
    found = dict.fromkeys(range(20), (text, 0.99))
    asked = readers(found, found)
    assert ocr_reader.read(None, list(found)) == [(text, 0.99)] * 20
    assert tuple(map(len, asked)) == (small, 20 if small < 20 else 0)


def test_accents_are_read(pdf):
    lines = ["Tür geschlossen halten und später öffnen", "Få råd för hjälp här", "Très grand élève"]
    document = pypdfium2.PdfDocument(pdf(lambda page: page.prose(72, lines)))
    image = document[0].render(scale=2).to_pil()
    document.close()
    assert " ".join(b.text for b in ocr.read_picture(image, 1)) == " ".join(lines)


def test_the_large_model_is_left_alone_with_clear_english_print(monkeypatch):
    monkeypatch.setattr(ocr_reader, "_large", lambda: pytest.fail("it was asked"))
    lines = ["Emergency exit to the yard", "Keep this door closed at all times"]
    assert ocr.read(picture(lines), 1).score >= ocr_reader.SURE


def test_lines_are_looked_for_in_fewer_pixels_the_larger_their_letters_are():
    import numpy

    pages = (picture(["Keep this door closed"] * 5, height=height) for height in (12, 48))
    small, large = (
        ocr_finder._scale(page.size, ocr_finder._letters(numpy.asarray(page))) for page in pages
    )
    assert ocr_finder.LEAST_SCALE <= large < small <= ocr_finder.MOST_ENLARGED


@pytest.mark.parametrize(("lines", "looks"), [([], [0.5]), (["Gate"], [0.5, 1.0])])
def test_a_picture_without_letters_gets_but_a_glance_unless_there_are_lines(
    monkeypatch, lines, looks
):
    import numpy

    image = picture(lines, size=(736, 736))
    ImageDraw.Draw(image).rectangle((0, 400, 736, 736), fill="lightgrey")
    scales, likely = [], ocr_finder._likely
    monkeypatch.setattr(
        ocr_finder, "_likely", lambda pixels, scale: scales.append(scale) or likely(pixels, scale)
    )
    assert len(ocr_finder.lines(numpy.asarray(image))) == len(lines)
    assert scales == looks


def test_a_heading_and_its_paragraph_are_blocks_of_their_own():
    image = picture(["Visitors", "Whoever visits signs in at the", "gatehouse and gets a badge."])
    texts = [block.text for block in ocr.read_picture(image, 1)]
    assert texts == ["Visitors", "Whoever visits signs in at the gatehouse and gets a badge."]


def test_a_reading_that_is_not_sure_says_so():
    block = Block("paragraph", "Smudged words")
    assert "hard to read" in ocr.Reading([block], score=0.6).warning
    assert not ocr.Reading([block], score=0.95).warning
    assert "no text was found" in ocr.Reading([], score=0.0).warning


def test_a_huge_picture_is_scaled_before_it_is_read(monkeypatch):
    sizes = []
    monkeypatch.setattr(ocr, "_lines", lambda image: sizes.append(image.size) or ocr._Lines((1, 1)))
    huge = picture(["Opening hours"]).resize((6200, 3000))
    ocr.read(huge, 1)
    assert sizes == [(2200, 1065)]


def test_pages_of_a_fax_that_are_empty_are_blank(tmp_path):
    path = tmp_path / "fax.tif"
    first, empty = picture(["Opening hours"]), Image.new("RGB", (1240, 600), "white")
    first.save(path, save_all=True, append_images=[empty])
    found = extract(path)
    assert [page.blank for page in found.pages] == [False, True]
    assert (found.readable_pages, found.expected_pages) == (1, 1)


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
