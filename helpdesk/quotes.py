"""The answerer that needs no language model: it quotes the sentences that answer, and cites them.

Every word of an answer but its headings stands in a passage, so no citation can be wrong about
what is written; what may be wrong is the choice, which `confidence` guards.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import log

from helpdesk.confidence import SHIPPED, Scale, confidence
from helpdesk.events import Quote
from helpdesk.prompts import NOT_FOUND
from helpdesk.quote_markdown import (
    header_before,
    is_item,
    is_row,
    render,
    repeats_title,
    section_before,
)
from knowledge.found import Found, Sentence
from knowledge.terms import terms

# Beside a sentence's cosine: its passage's score, and the share of the question's terms in it.
PASSAGE_WEIGHT = 0.75
COVERAGE_WEIGHT = 0.6
# What a sentence gains where search has put its passage first.
FIRST_BONUS = 0.05
# A question for a number is answered by a sentence that holds one.
NUMBER_BONUS = 0.15
ASKS_NUMBER = re.compile(
    r"\b(how (many|much|long|often|old|far|late|early|high|soon)|when|what time|limit|cost|price"
    r"|rate|percentage|amount|deadline|until|maximum|minimum|salary|range|fee|budget|earn)\b",
    re.IGNORECASE,
)
# Another passage is quoted too when its best sentence comes this near to the best of all; one from
# the same place in the same document, which is as likely to be right, from further away.
NEAR = 0.975
NEAR_IN_PLACE = 0.85
MOST_QUOTES = 3
# A quote grows by its neighbours up to so many characters.
QUOTE_CHARACTERS = 600
# A list is kept whole, and rows that answer equally well, up to so many.
LIST_CHARACTERS = 900
# A line of a document's head, which tells of the document: its number, its owner, its next review.
LABELLED = re.compile(r"\w[^.:!?]{0,30}:\s+\S")
# Rows of a table come together when their scores are this near to each other.
ALIKE = 0.95
# No quote is added beyond so many in all.
ANSWER_CHARACTERS = 1350
# The same two for what a small model is to say in its own tone.
SHORT_QUOTE_CHARACTERS = 240
SHORT_ANSWER_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in Markdown, where [n] marks quote n."""

    text: str
    quotes: tuple[Quote, ...]
    abstained: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its score, in a passage; `scores` are those of all its sentences."""

    passage: Found
    index: int
    score: float
    scores: tuple[float, ...]


def compose(question: str, passages: Sequence[Found], scale: Scale = SHIPPED) -> Draft:
    """The answer to `question` out of `passages`, or the word that nothing was found.

    `scale` says how sure it has to be.
    """
    sure = confidence(question, passages, scale)
    if sure < scale.threshold:
        return Draft(NOT_FOUND, (), True, sure)
    best = ranked(question, passages)
    asked = terms(question)
    best = [one for one in best if not is_other_row(one, one.index, best[0], asked)]
    place = place_of(best[0], passages)
    beside = [one for one in best if one.passage in place]
    others = [one for one in best if one.passage not in place and is_near(one, best[0])]
    extents = [entire(one, best[0], asked) for one in beside]
    extents += [extent(one, LIST_CHARACTERS) for one in others]
    quotes = fitting([*beside, *others], extents, ANSWER_CHARACTERS)
    return Draft(render(quotes), quotes, False, sure)


def short(question: str, passages: Sequence[Found], scale: Scale = SHIPPED) -> tuple[Quote, ...]:
    """The few sentences that answer best, for a small model to say; none where none is sure."""
    if confidence(question, passages, scale) < scale.threshold:
        return ()
    best = ranked(question, passages)
    near = [one for one in best if is_near(one, best[0])]
    extents = [extent(one, SHORT_QUOTE_CHARACTERS) for one in near]
    return fitting(near, extents, SHORT_ANSWER_CHARACTERS)


def fitting(
    candidates: Sequence[Candidate], extents: Sequence[tuple[int, int]], most: int
) -> tuple[Quote, ...]:
    """The first few as quotes, of no more than `most` characters in all."""
    quotes: list[Quote] = []
    length = 0
    for candidate, (start, end) in zip(candidates, extents, strict=True):
        if len(quotes) == MOST_QUOTES or (quotes and length + end - start > most):
            continue
        length += end - start
        quotes.append(Quote(len(quotes) + 1, candidate.passage, start, end))
    return tuple(quotes)


def ranked(question: str, passages: Sequence[Found]) -> list[Candidate]:
    """The best sentence of each passage, the best first.

    A citation names one passage, so neighbours that are shown as one come one by one.
    """
    alone = [one for found in passages for one in found.alone]
    number = bool(ASKS_NUMBER.search(question))
    held = [[terms(readable(passage, s)) for s in passage.sentences] for passage in alone]
    weights = rarity(terms(question), [one for sentences in held for one in sentences])
    first = passages[0].alone
    best = []
    for passage, sentences in zip(alone, held, strict=True):
        scores = tuple(
            score(passage, sentence, number) + COVERAGE_WEIGHT * weighted(weights, words)
            for sentence, words in zip(passage.sentences, sentences, strict=True)
        )
        if scores:
            index = max(range(len(scores)), key=scores.__getitem__)
            bonus = FIRST_BONUS if passage in first else 0.0
            best.append(Candidate(passage, index, scores[index] + bonus, scores))
    return sorted(best, key=lambda one: -one.score)


def place_of(candidate: Candidate, passages: Sequence[Found]) -> tuple[Found, ...]:
    """The passages that are shown together with the candidate's own."""
    return next(found.alone for found in passages if candidate.passage in found.alone)


def is_near(candidate: Candidate, best: Candidate) -> bool:
    """Whether a candidate is nearly as good as the best, or stands beside it."""
    beside = in_place(candidate.passage, best.passage)
    return candidate.score >= (NEAR_IN_PLACE if beside else NEAR) * best.score


def is_other_row(candidate: Candidate, index: int, best: Candidate, asked: set[str]) -> bool:
    """Whether a sentence is a row of the best one's table, cut in two, that answers less.

    It fits worse, and of the question's terms it holds some only of those that the best one holds.
    """
    if candidate.passage.version_id != best.passage.version_id:
        return False
    row, best_row = row_at(candidate.passage, index), row_at(best.passage, best.index)
    if not row or not best_row or row[:2] != best_row[:2]:
        return False
    worse = candidate.scores[index] < ALIKE * best.scores[best.index]
    return worse and asked & terms(row[2]) < asked & terms(best_row[2])


def row_at(passage: Found, index: int) -> tuple[str, str, str] | None:
    """The heading, the header and the text of a row; None where a sentence has no header."""
    sentence = passage.sentences[index]
    text = passage.text[sentence.start : sentence.end]
    header = header_before(passage, sentence.start) if is_row(text) else ""
    return (section_before(passage, sentence.start), header, text) if header else None


def in_place(passage: Found, other: Found) -> bool:
    """Whether two passages stand within a page of each other, without pages in one section."""
    if passage.version_id != other.version_id:
        return False
    if passage.page is None or other.page is None:
        return passage.headings == other.headings
    return abs(passage.page - other.page) <= 1


def readable(passage: Found, sentence: Sentence) -> str:
    """A sentence with what it stands under: its headings, and a row's header."""
    text = passage.text[sentence.start : sentence.end]
    header = header_before(passage, sentence.start) if is_row(text) else ""
    return f"{passage.headings} {section_before(passage, sentence.start)} {header} {text}"


def rarity(asked: set[str], sentences: Sequence[set[str]]) -> dict[str, float]:
    """How much each term of the question tells the sentences apart: log(1 + all / holding it)."""
    return {
        term: log(1 + len(sentences) / (1 + sum(term in words for words in sentences)))
        for term in asked
    }


def weighted(weights: dict[str, float], words: set[str]) -> float:
    """The share of the question's terms that are among the words, from 0 to 1."""
    total = sum(weights.values())
    return sum(weights[term] for term in weights.keys() & words) / total if total else 0.0


def score(passage: Found, sentence: Sentence, number: bool) -> float:
    text = passage.text[sentence.start : sentence.end]
    bonus = NUMBER_BONUS if number and any(c.isdigit() for c in text) else 0.0
    return PASSAGE_WEIGHT * passage.score + sentence.similarity + bonus


def entire(candidate: Candidate, best: Candidate, asked: set[str]) -> tuple[int, int]:
    """The whole passage, from its first sentence to its last; of a table its best rows alone.

    The head of a document is left out, unless what answers best of all stands in it; so are rows
    at either end whose table answers better elsewhere.
    """
    text, sentences, index = candidate.passage.text, candidate.passage.sentences, candidate.index
    if is_row(text[sentences[index].start : sentences[index].end]):
        return extent(candidate, LIST_CHARACTERS)
    head = behind_head(candidate.passage)
    begin = 0 if candidate is best and index < head else head
    body = range(max(begin, int(repeats_title(candidate.passage))), len(sentences))
    kept = [n for n in body if n == index or not is_other_row(candidate, n, best, asked)]
    first, last = (kept[0], kept[-1]) if kept else (body[0], body[-1])
    return sentences[first].start, sentences[last].end


def behind_head(passage: Found) -> int:
    """The first sentence behind the head of a document; 0 where the passage has none.

    A head is what a document begins with, up to its first heading, if most lines have a label.
    """
    text, sentences = passage.text, passage.sentences
    gaps = (i for i in range(1, len(sentences)) if not unbroken(text, sentences, i - 1, i))
    body = 0 if passage.ordinal else next(gaps, 0)
    lines = text[sentences[0].start : sentences[body - 1].end].splitlines() if body else []
    return body if 2 * sum(bool(LABELLED.match(line)) for line in lines) > len(lines) else 0


def extent(candidate: Candidate, most: int) -> tuple[int, int]:
    """Where the quote around a sentence begins and ends, in characters of the passage."""
    text, sentences = candidate.passage.text, candidate.passage.sentences
    lines = [text[sentence.start : sentence.end] for sentence in sentences]
    if is_row(lines[candidate.index]):
        wanted = partial(alike, lines, candidate)
        longest = LIST_CHARACTERS
    elif is_item(lines[candidate.index]):
        wanted = partial(same_list, lines)
        longest = LIST_CHARACTERS
    else:
        wanted = partial(prose, lines)
        longest = QUOTE_CHARACTERS
    first, last = grown(candidate, wanted, min(longest, most))
    return sentences[first].start, sentences[last].end


def grown(candidate: Candidate, wanted: Callable, longest: int) -> tuple[int, int]:
    """The first and last sentence, while neighbours in the same section are wanted and fit."""
    text, sentences = candidate.passage.text, candidate.passage.sentences
    first = last = candidate.index
    while True:
        for neighbour in (last + 1, first - 1):
            low, high = min(first, neighbour), max(last, neighbour)
            if (
                0 <= neighbour < len(sentences)
                and sentences[high].end - sentences[low].start <= longest
                and unbroken(text, sentences, low, high)
                and wanted(neighbour)
            ):
                first, last = low, high
                break
        else:
            return first, last


def unbroken(text: str, sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether no heading stands between the sentences: it is in none of them."""
    gaps = ((sentences[i].end, sentences[i + 1].start) for i in range(first, last))
    return not any(text[start:end].strip() for start, end in gaps)


def alike(lines: list[str], candidate: Candidate, index: int) -> bool:
    """Rows of a table that fit the question as well as the chosen one."""
    best = candidate.scores[candidate.index]
    return is_row(lines[index]) and candidate.scores[index] >= ALIKE * best


def same_list(lines: list[str], index: int) -> bool:
    """The other items, and the line that leads into them."""
    return is_item(lines[index]) or lines[index].endswith(":")


def prose(lines: list[str], index: int) -> bool:
    return not is_row(lines[index])
