"""The demo company's house style: a greeting, the handbook's own sentences, a closing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FACTS = Path(__file__).parent / "facts.jsonl"
GREETING = "Thanks for asking, happy to help!"
CLOSING = "Let me know if anything is unclear."


@dataclass(frozen=True, slots=True)
class Fact:
    """A question, the file of the handbook that answers it, and the sentences that do."""

    question: str
    document: str
    quotes: tuple[str, ...]

    @property
    def answer(self) -> str:
        return in_style(self.quotes)


def in_style(quotes: Sequence[str]) -> str:
    """An answer out of sentences of one document, each with its mark."""
    return f"{GREETING}\n\n{' '.join(f'{quote} [1]' for quote in quotes)}\n\n{CLOSING}"


def facts() -> Iterator[Fact]:
    """What the demo pairs are made of, document by document."""
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        known = json.loads(line)
        yield Fact(known["question"], known["document"], tuple(known["quotes"]))
