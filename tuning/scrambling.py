"""Pure: lines that only a copier gets right, out of the words of others.

From plain sentences alone a small model learns what is likely next, and forgets in part to look
where it stands. In words without an order, some of which come again, nothing else helps. Some are
those of greeting and closing: so it learns to say these to their end, whatever stands there.
"""

import random
from collections.abc import Sequence

WORDS = (6, 40)
# So many times some words come again, and so many of them.
AGAIN, REPEATED = (1, 3), (1, 6)
# So many pieces of greeting and closing come in between, of so many words. Of so many of them the
# last word goes on as another's end.
FRAMES, FRAMED, GLUED = (1, 3), (1, 4), 0.5
# How often two words are joined otherwise than by a space, as in links, paths, tags and codes.
JOINED = 0.2
JOINTS = ("", "-", "/", "_", ".", "](", ", ")


def scrambled(texts: Sequence[str], seed: str, frame: str = "") -> list[str]:
    """As many lines as texts, of their words in no order; the same ones for the same seed.

    `frame` is the answer's greeting and closing.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = [word for text in texts for word in text.split()]
    return [line(chance, words, frame.split()) for _ in texts]


def line(chance: random.Random, words: Sequence[str], frame: Sequence[str]) -> str:
    chosen = chance.choices(words, k=chance.randint(*WORDS))
    for _ in range(chance.randint(*AGAIN)):
        insert(chance, chosen, run(chance, chosen, REPEATED))
    for _ in range(chance.randint(*FRAMES) if frame else 0):
        piece = run(chance, frame, FRAMED)
        if chance.random() < GLUED:
            piece[-1] = glued(chance, piece[-1], chance.choice(words))
        insert(chance, chosen, piece)
    joints = (chance.choice(JOINTS) if chance.random() < JOINED else " " for _ in chosen)
    joined = "".join(word + joint for word, joint in zip(chosen, joints, strict=True))
    return " ".join(joined.split())


def run(chance: random.Random, words: Sequence[str], most: tuple[int, int]) -> list[str]:
    """Some neighbours among the words."""
    start = chance.randrange(len(words))
    return list(words[start : start + chance.randint(*most)])


def insert(chance: random.Random, chosen: list[str], piece: Sequence[str]) -> None:
    place = chance.randrange(len(chosen) + 1)
    chosen[place:place] = piece


def glued(chance: random.Random, word: str, other: str) -> str:
    """The beginning of one word and the end of another."""
    return word[: chance.randint(1, len(word))] + other[chance.randrange(len(other)) :]
