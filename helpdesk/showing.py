"""Pure: what an engine is shown to answer from. Training renders with the same function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpdesk import prompts, quotes
from helpdesk.confidence import SHIPPED, Scale
from helpdesk.quote_markdown import BULLET, CELLS, header_before, is_row

if TYPE_CHECKING:
    from helpdesk.events import Quote, Turn
    from knowledge.found import Found

# The values of Engine.Context.
PASSAGES, SENTENCES = "passages", "sentences"


@dataclass(frozen=True, slots=True)
class Shown:
    """The messages to a model. A mark [n] in its answer names the n-th of `passages`.

    `sentences` are those that are shown where not whole passages are, and `lines` what they are
    shown as.
    """

    messages: list[dict[str, str]]
    passages: tuple[Found, ...]
    sentences: tuple[Quote, ...] = ()
    lines: tuple[str, ...] = ()


def show(
    context: str,
    question: str,
    passages: Sequence[Found],
    history: Sequence[Turn] = (),
    query: str = "",
    scale: Scale = SHIPPED,
) -> Shown | None:
    """What an engine of this context is shown; None where no sentence is good enough to be.

    `query` is the question with what it refers to, for the choice of sentences, and `scale` says
    how sure that has to be.
    """
    if context == PASSAGES:
        messages = prompts.answer_messages(question, passages, history)
        return Shown(messages, tuple(passages))
    chosen = quotes.short(query or question, passages, scale)
    if not chosen:
        return None
    return of_sentences(question, chosen)


def of_sentences(question: str, chosen: Sequence[Quote]) -> Shown:
    """What an engine is shown of sentences that were chosen."""
    told = [sentence(quote) for quote in chosen]
    messages = prompts.sentence_messages(question, told)
    passages = tuple(quote.passage for quote in chosen)
    return Shown(messages, passages, tuple(chosen), tuple(prompts.bare(told)))


def sentence(quote: Quote) -> str:
    """A quote as one line: a row's cells under their headings, a list's items one by one."""
    header = header_before(quote.passage, quote.start)
    lines = [line.strip() for line in quote.text.split("\n") if line.strip()]
    return " ".join(row(line, header) if is_row(line) else BULLET.sub("", line) for line in lines)


def row(line: str, header: str) -> str:
    """A table's row as a sentence."""
    cells = [cell.strip() for cell in line.split(CELLS)]
    names = [cell.strip() for cell in header.split(CELLS)] if header else []
    if len(names) != len(cells):
        return "; ".join(cell for cell in cells if cell) + "."
    named = zip(names, cells, strict=True)
    told = (f"{name}: {cell}" if name else cell for name, cell in named if cell)
    return "; ".join(told) + "."
