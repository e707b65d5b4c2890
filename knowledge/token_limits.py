"""What an embedding model reads at once. Tokens are counted only where bytes don't tell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

# The embedding model puts these around a text.
SPECIAL_TOKENS = 2
# Five bytes, whatever a model makes of them.
BETWEEN_HEADINGS = " › "


def embedded_text(headings: str, text: str) -> str:
    """What the embedding model reads of a passage."""
    return f"{headings}\n{text}" if headings else text


def fits(text: str, count_tokens: Callable[[str], int], window: int) -> bool:
    """Whether a model that reads `window` tokens reads the whole text."""
    return tokens_of(text, count_tokens, window) <= window


def tokens_of(text: str, count_tokens: Callable[[str], int], window: int) -> float:
    """So many tokens a model reads of a text, or at most so many where that is not too many."""
    # Most short texts need no counting.
    most = at_most(text) + SPECIAL_TOKENS
    return most if most <= window else count_tokens(text)


def at_most(text: str) -> float:
    """So many tokens a text has at most: one of ASCII is at least one byte."""
    plain = text.replace(BETWEEN_HEADINGS, "     ")
    return len(plain) if plain.isascii() else inf


@dataclass(slots=True)
class Section:
    """Headings, and how many tokens a model reads with them, of which it reads `window`.

    `tokens` are those of the headings alone, or more.
    """

    headings: str
    count_tokens: Callable[[str], int]
    window: int
    tokens: float = field(init=False)

    def __post_init__(self):
        self.tokens = tokens_of(self.headings, self.count_tokens, self.window)

    def holds(self, text: str) -> bool:
        """Whether the model reads all of a text."""
        if self.is_short(text) or self.tokens + self.added(text) <= self.window:
            return True
        return self.count(text) <= self.window

    def is_short(self, text: str) -> bool:
        """Whether the model reads all of a text for sure, uncounted."""
        return self.tokens + 1 + at_most(text) <= self.window

    def count(self, text: str) -> int:
        """So many tokens has a text with the headings."""
        return self.count_tokens(embedded_text(self.headings, text))

    def added(self, text: str) -> int:
        """At most so many tokens it has more once a text follows behind a space or a line's end.

        Words are read one by one: each adds its own.
        """
        return self.count_tokens(f"\n{text}")
