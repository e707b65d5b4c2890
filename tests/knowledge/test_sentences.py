import time

import pytest

from knowledge import sentences


def split(text):
    return [text[start:end] for start, end in sentences.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One day. Two days! Three days? Yes.", ["One day.", "Two days!", "Three days?", "Yes."]),
        ("He said “never.” Then he left.", ["He said “never.”", "Then he left."]),
        ("It costs 3.50 euro. Pay now.", ["It costs 3.50 euro.", "Pay now."]),
        ("Wait… What?! Really.", ["Wait…", "What?!", "Really."]),
        ("第一句。第二句！好", ["第一句。", "第二句！", "好"]),
        ("Überall gilt das. Ärzte auch.", ["Überall gilt das.", "Ärzte auch."]),
        ("A line\nanother line\n\n  a third ", ["A line", "another line", "a third"]),
        ("no capital. so it goes on.", ["no capital. so it goes on."]),
    ],
)
def test_a_text_is_split_into_its_sentences(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ask Dr. Smith about it.",
        "Snacks, e.g. Apples, are free.",
        "J. Doe signs.",
        "See fig. 3 for more.",
        "1. Sign the form.",
        "Das gilt z.B. Montags.",
    ],
)
def test_an_abbreviation_an_initial_and_a_number_end_no_sentence(text):
    assert split(text) == [text]


def test_a_year_ends_a_sentence():
    assert split("It began in 2024. It ends soon.") == ["It began in 2024.", "It ends soon."]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "\u00a0"])
def test_white_space_has_no_sentences(text):
    assert split(text) == []


def test_the_offsets_touch_no_white_space_and_lose_no_word():
    text = "  First one.   Second one.\n\n\tThird\u2028 \n. Fourth "
    found = sentences.split(text)
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", [".", ". ", "a.b", ".\n", "A. ((", ".'", "。", "a " * 500 + "."])
def test_the_time_grows_with_the_text_and_no_faster(piece):
    text = piece * (400_000 // len(piece)) + " " * 100_000 + "A"
    begun = time.perf_counter()
    sentences.split(text)
    assert time.perf_counter() - begun < 5
