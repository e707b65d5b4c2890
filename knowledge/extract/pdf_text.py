"""The text of a PDF page as words: plain ones at a stroke, others letter by letter."""

import ctypes
import re
from collections import Counter
from ctypes import c_void_p
from itertools import pairwise

import pypdfium2.raw as pdfium

from .pdf_characters import Gatherer, Looks
from .pdf_objects import unchecked
from .pdf_whole import whole_words
from .pdf_words import Frame, Word, frame

# More characters than any page that a person reads; past it the rest of the page is left out.
MAX_PAGE_CHARACTERS = 200_000
# Among letters that run leftwards, pdfium writes figures together with what stands behind them.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# pdfium's text has this for some characters that it tells apart when asked for one of them.
MERGED = "\ufffe"

_read_code = unchecked(pdfium.FPDFText_GetUnicode, ctypes.c_uint)


def words_of(page) -> tuple[list[Word], Frame, int]:
    """The page's words in the file's order, their frame and how many characters had no meaning."""
    textpage = page.get_textpage()
    try:
        plain = frame(page)
        words, votes, unknown = _read(textpage, plain)
        quarter = votes.most_common(1)[0][0] if votes else 0
        if not quarter:
            return words, plain, unknown
        # Text that runs upwards on the page stands upright once the page is turned clockwise.
        turned = frame(page, -quarter % 4)
        words, _, unknown = _read(textpage, turned)
        return words, turned, unknown
    finally:
        textpage.close()


def _read(textpage, layout: Frame) -> tuple[list[Word], Counter, int]:
    """The words within a frame, how many letters run which way, and how many are unknown."""
    looks = Looks(textpage, layout)
    gatherer = Gatherer(looks)
    words, text = gatherer.words, _characters(textpage)
    tokens, starts, ends = _tokens(text)
    if RIGHT_TO_LEFT.search(text):
        whole = [None] * len(tokens)
    else:
        whole = whole_words(looks, tokens, starts)
    for first, end in pairwise([0, *ends]):
        if first and words:
            words[-1].breaks = True
        line = whole[first:end]
        if all(line):
            words += line
            continue
        for token, start, word in zip(tokens[first:end], starts[first:end], line, strict=True):
            if word is None:
                gatherer.gather(start, list(map(ord, token)))
            else:
                words.append(word)
    return words, looks.votes, looks.unknown


def _tokens(text: str) -> tuple[list[str], list[int], list[int]]:
    """What stands between spaces, the place of each, and for each line how many end with it."""
    tokens, starts, ends, start = [], [], [], 0
    for line in text.replace("\r", "\n").split("\n"):
        for token in line.split(" "):
            if token:
                tokens.append(token)
                starts.append(start)
            start += len(token) + 1
        ends.append(len(tokens))
    return tokens, starts, ends


def _characters(textpage) -> str:
    """The page's characters, each at the place that pdfium counts it at."""
    raw = ctypes.cast(textpage.raw, c_void_p)
    count = min(max(pdfium.FPDFText_CountChars(textpage.raw), 0), MAX_PAGE_CHARACTERS)
    units = (ctypes.c_ushort * (count + 1))()
    # What has no meaning is missing there, and what lies beyond 16 bits takes two places.
    written = pdfium.FPDFText_GetText(textpage.raw, 0, count, units) - 1
    text = bytes(units)[: 2 * count].decode("utf-16-le", "surrogatepass")
    if written != count or len(text) != count:
        return "".join(chr(_read_code(raw, index)) for index in range(count))
    if MERGED not in text:
        return text
    return re.sub(MERGED, lambda found: chr(_read_code(raw, found.start())), text)
