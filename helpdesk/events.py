"""What an answer in the making tells, in this order: status, sources, text, then done or failed."""

from dataclasses import dataclass, field

from knowledge.found import Found


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message: `role` is "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Citation `number` of an answer: characters `start` to `end` of a passage's text.

    `verified` says that the quote was found there; an unverified one is not shown as a quote.
    `shown` is the passage's number as a language model was shown it, and wrote it: 0 for none.
    """

    number: int
    passage: Found
    start: int
    end: int
    verified: bool = True
    shown: int = 0

    @property
    def text(self):
        return self.passage.text[self.start : self.end]

    @property
    def page(self):
        """The page on which the quote begins, None where pages mean nothing."""
        return self.passage.page_at(self.start)


@dataclass(frozen=True, slots=True)
class Status:
    """A line for the person who waits."""

    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The passages that the answerer is shown, best first; `engine` is the name of the answerer."""

    passages: tuple[Found, ...]
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer's Markdown."""

    delta: str


@dataclass(frozen=True, slots=True)
class Support:
    """How many sentences of an answer claim something, and which of them no source bears out:
    (start, end) in characters of the answer's text."""

    sentences: int = 0
    unsupported: tuple[tuple[int, int], ...] = ()

    @property
    def supported(self) -> int:
        return self.sentences - len(self.unsupported)


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer. `text` may differ from the pieces: marks without a citation are gone.

    `cut_off` says that it ended before its end, `stopped` that the person wanted it so; `note` is
    something the person should know, such as that another engine answered; `confidence` runs from
    0 to 1. `conflict` holds the two of the quotes that differ, the newer document's first; `links`
    the addresses in the text that stand in a passage: no other is made a link. `offered` is a
    curated answer to a question like the one asked. `trace` tells the way to the answer, as
    `tracing` makes it. `replaced` says that quotes took the place of an
    answer that said more than its sources, and `said` what that was up to there. `restored` counts
    the sentences that a model was to repeat, and that were set to the letter of their source.
    """

    text: str
    quotes: tuple[Quote, ...] = ()
    abstained: bool = False
    engine: str = "quotes"
    confidence: float = 0.0
    cut_off: bool = False
    stopped: bool = False
    note: str = ""
    support: Support = Support()
    conflict: tuple[Quote, ...] = ()
    links: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    offered: int | None = None
    trace: dict | None = None
    replaced: bool = False
    said: str = ""
    restored: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer: a sentence for the person, what happened and what to do."""

    message: str


Event = Status | Sources | Text | Done | Failed
