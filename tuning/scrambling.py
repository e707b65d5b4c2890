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
# So many pieces of greeting and closing come in between, of so many words.
FRAMES, FRAMED = (0, 2), (1, 4)
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
        insert(chance, chosen, chosen, REPEATED)
    for _ in range(chance.randint(*FRAMES) if frame else 0):
        insert(chance, chosen, frame, FRAMED)
    joints = (chance.choice(JOINTS) if chance.random() < JOINED else " " for _ in chosen)
    joined = "".join(word + joint for word, joint in zip(chosen, joints, strict=True))
    return " ".join(joined.split())


def insert(
    chance: random.Random, chosen: list[str], words: Sequence[str], most: tuple[int, int]
) -> None:
    """Puts some neighbours of `words` somewhere among the chosen ones."""
    start, place = chance.randrange(len(words)), chance.randrange(len(chosen) + 1)
    chosen[place:place] = words[start : start + chance.randint(*most)]
