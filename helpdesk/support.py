"""Pure: which sentences of a model's answer its passages bear out, and which they do not.

Figures and names must stand in the passages; what remains must come near to one of their
sentences, by its words or by its meaning. docs/answers.md says how the floor was measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from helpdesk import prompts
from helpdesk.citations import CODE, MARK, OPENING, QUOTED, context, find_quote
from helpdesk.events import Support
from helpdesk.figures import MONTH, figures, missing
from helpdesk.matching import CAPITAL, NUMBER_WORDS, Source, kept_source, tokens
from knowledge import sentences
from knowledge.terms import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np

    from knowledge.found import Found

    Embed = Callable[[Sequence[str]], np.ndarray]

# The cosine that a sentence must reach with a sentence of the passages.
FLOOR = 0.5
# Its figures must stand beside the sentences that come this near to the nearest.
MARGIN = 0.1
# Fewer words of meaning than these claim nothing: "Yes.", "In short:".
CLAIM_WORDS = 2
# A sentence of so many words of meaning may leave some of them out.
WORDS_ALONE = 4
# Words in quotation marks are a quotation from so many spaces on; fewer are a term.
QUOTED_WORDS = 3
# The share of function words from which on a sentence is taken for English.
ENGLISH = 0.15

# "15. März" is a date.
ITEM = re.compile(rf"\s+\d{{1,2}}[.)]\s(?!\s*(?:{MONTH})\b)", re.IGNORECASE)
HEADING = re.compile(r"\s*(?:#{1,6}\s|(?:\*\*|__)[^*\n]+(?:\*\*|__):?\s*$)")
RULE = re.compile(r"[\s|:-]*-{3,}[\s|:-]*$")
LABEL = re.compile(r"^[*_\"'\s]*[^:.!?\n]{1,60}:[*_]*\s")
# Capitalised in mid-sentence: what begins a sentence or follows a colon may be any word.
NAME = re.compile(rf"(?:(?<=[\w,;&/] )|(?<=\()){CAPITAL}")
ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>()\[\]\"]+|\b[\w.+-]+@[\w-]+\.[\w.-]*\w")
IDENTIFIER = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b")
COURTESY = re.compile(
    r"\b(?:hope (?:this|that|it) helps|feel free|let me know|further questions|any questions"
    r"|happy to help|glad to help|you're welcome|good luck)\b",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\b(?:do(?:es)? not|don't|doesn't|no|not)\b[^.]{0,40}\b(?:say|state|mention|specif\w+|cover"
    r"|give|contain|include|list|describe\w*|information|details?|found|find)\b",
    re.IGNORECASE,
)
SOURCES = re.compile(
    r"\b(?:passages?|documents?|sources?|handbook|polic(?:y|ies))\b", re.IGNORECASE
)
# Days and months are compared by their first three letters.
CALENDAR = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun)(?:s?day|nesday|rsday|urday)?s?"
    r"|(jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
)


def check(
    text: str, passages: Sequence[Found], embed: Embed, allowed: frozenset[str] = frozenset()
) -> Support:
    """What of `text`, an answer with its marks [n], stands in the passages.

    `embed` gives the normalised vectors of sentences, one a row; `allowed` are the courtesies.
    """
    bare, known = without_marks(text), Known(passages, embed)
    spans = [span for span in statements(text) if prompts.plain(bare[slice(*span)]) not in allowed]
    lost = tuple(span for span in spans if not known.holds(bare[slice(*span)]))
    return Support(len(spans), lost)


def without_marks(text: str) -> str:
    """The text with spaces in the place of its marks and its code.

    Before an item of a list a line ends: its number is none that the sentence before claims.
    """
    return MARK.sub(parted, CODE.sub(blank, text))


def statements(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` that claim something, as (start, end), without bullets and marks.

    Headings, questions, lead-ins, code and a table's header claim nothing, unless with figures.
    """
    bare = without_marks(text)
    found = []
    for start, end in sentences.split(bare.replace("*", '"').replace("|", " ")):
        start += OPENING.match(bare, start, end).end() - start
        end = start + len(bare[start:end].rstrip(" \t*_|"))
        if start < end and claims(bare, start, end):
            found.append((start, end))
    return found


def courtesies(lines: str) -> frozenset[str]:
    """The words of each sentence that an engine may say without a source."""
    spans = sentences.split(lines)
    return frozenset(prompts.plain(lines[start:end]) for start, end in spans)


def blank(match: re.Match) -> str:
    """As many spaces, so that places stay."""
    return " " * len(match.group())


def parted(match: re.Match) -> str:
    """As many spaces, with a line's end among them where an item of a list follows."""
    gap = blank(match)
    return f"{gap[:-1]}\n" if ITEM.match(match.string, match.end()) else gap


def claims(text: str, start: int, end: int) -> bool:
    """Whether the sentence from `start` to `end` says anything that could be wrong."""
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    below = text[end:].split("\n", 2)
    header = len(below) > 1 and RULE.match(below[1]) and "|" in line
    sentence = text[start:end]
    if RULE.match(line) or header or prompts.says_not_found(sentence) or sentence.endswith("?"):
        return False
    silent = HEADING.match(line) or COURTESY.search(sentence)
    if silent or sentence.rstrip('*_" ').endswith(":"):
        return bool(figures(sentence))
    return len(tokens(sentence)) >= CLAIM_WORDS or bool(figures(sentence))


class Known:
    """What the passages of one answer hold, in the forms that sentences are compared in.

    Without `embed` it can't tell what is `near`.
    """

    def __init__(self, passages: Sequence[Found], embed: Embed | None = None):
        self.passages, self.embed = passages, embed
        self.sources = [kept_source(passage.text, context(passage)) for passage in passages]

    @cached_property
    def told(self) -> list[str]:
        """Each passage with what its reader knows beside it."""
        return [f"{source.context}\n{source.text}" for source in self.sources]

    @cached_property
    def figures(self):
        return [figures(told) for told in self.told]

    @cached_property
    def text(self) -> str:
        return "\n".join(self.told).casefold()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset().union(*map(calendar_words, self.told))

    @cached_property
    def english(self) -> bool:
        return english("\n".join(source.text for source in self.sources))

    @cached_property
    def vectors(self) -> np.ndarray:
        """One row for each sentence of the passages."""
        spans = (source.sentences[index][:2] + (source,) for source, index in self.places)
        return self.embed([source.text[start:end] for start, end, source in spans])

    @cached_property
    def places(self) -> list[tuple[Source, int]]:
        """Each sentence of the passages, as the source it stands in and its number there."""
        return [
            (source, index) for source in self.sources for index in range(len(source.sentences))
        ]

    def holds(self, sentence: str) -> bool:
        """Whether the passages bear a sentence out."""
        plain = sentence.replace("*", "").replace("`", "")
        if self.lost(plain):
            return False
        if ABSENT.search(plain) and SOURCES.search(plain):
            return True
        foreign = self.english != english(plain)
        return foreign or self.says(plain) or self.near(plain)

    def says(self, sentence: str) -> bool:
        """Whether a passage says it in much the same words; of a few words it must have all."""
        words = set(tokens(sentence))
        return any(
            source.support(sentence) and (len(words) >= WORDS_ALONE or words <= source.words)
            for source in self.sources
        )

    def lost(self, sentence: str) -> list[str]:
        """The figures, names, addresses, codes and quotations that no passage has."""
        wanted = figures(sentence)
        lost = missing(wanted, self.figures) if wanted else []
        exact = [*ADDRESS.findall(sentence), *IDENTIFIER.findall(sentence)]
        lost += [one for one in exact if one.casefold().rstrip("/") not in self.text]
        quoted = (one for one in QUOTED.findall(sentence) if one.count(" ") >= QUOTED_WORDS)
        lost += [one for one in quoted if not self.quotes(one)]
        if english(sentence):
            lost += [name for name in names(sentence) if not self.names(name)]
        return lost

    def quotes(self, quoted: str) -> bool:
        """Whether what stands in quotation marks is written in a passage."""
        quoted = quoted.strip(" .,;!?…")
        return any(find_quote(quoted, told) for told in self.told)

    def names(self, name: str) -> bool:
        return set(map(calendar, tokens(name))) <= self.words

    def near(self, sentence: str) -> bool:
        """Whether the passages come near to a sentence, and have its figures where they do."""
        cosines = self.cosines(sentence)
        if not len(cosines) or cosines.max() < FLOOR:
            return False
        floor, wanted = max(FLOOR, cosines.max() - MARGIN), figures(sentence)
        places = (
            place for place, cosine in zip(self.places, cosines, strict=True) if cosine >= floor
        )
        return any(not missing(wanted, [figures(around(*place))]) for place in places)

    def cosines(self, sentence: str) -> np.ndarray:
        """The cosine of a sentence with each sentence of the passages."""
        return self.vectors @ self.embed([sentence])[0] if self.places else self.vectors


def around(source: Source, index: int) -> str:
    """A sentence of a source with its neighbours, its title and headings."""
    spans = source.sentences[max(index - 1, 0) : index + 2]
    return f"{source.context}\n{source.text[spans[0][0] : spans[-1][1]]}"


def names(sentence: str) -> list[str]:
    """The capitalised words in mid-sentence."""
    found = NAME.findall(ADDRESS.sub(" ", LABEL.sub("", sentence)))
    words = (word.removesuffix("'s").removesuffix("’s") for word in found)
    ordinary = {*STOP_WORDS, *NUMBER_WORDS}
    return [word for word in words if len(word) > 1 and word.lower() not in ordinary]


@lru_cache(maxsize=500)
def calendar_words(told: str) -> frozenset[str]:
    """The words of a passage, kept for those that answered lately. They take about 20 kB."""
    return frozenset(map(calendar, tokens(told)))


def calendar(word: str) -> str:
    """One form for Monday and Mon, for September and Sept."""
    match = CALENDAR.fullmatch(word)
    return word[:3] if match else word


@lru_cache(maxsize=500)
def english(text: str) -> bool:
    """Whether enough words are function words of English; few words are given the doubt."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return len(words) < 5 or sum(word in STOP_WORDS for word in words) >= ENGLISH * len(words)
