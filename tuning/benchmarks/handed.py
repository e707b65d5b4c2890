"""What the desk hands a small model, out of files: sentences as it reads, cuts and joins them."""

import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from helpdesk.quotes import SHORT_ANSWER_CHARACTERS
from knowledge.chunking import Chunk, chunk
from knowledge.errors import KnowledgeError
from knowledge.extract import SUFFIXES, extract
from knowledge.found import Found, Sentence
from tuning import rendering

# As the shipped embedding model reads: so many tokens, of about so many characters each.
WINDOW, CHARACTERS_A_TOKEN = 256, 4
SEED = 7


def sentences_of(folder: Path) -> list[str]:
    """What could be chosen from the files below a folder, each once, as a model is shown it."""
    found: dict[str, None] = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        with suppress(KnowledgeError):
            for each in chunk(extract(path), path.stem, tokens, WINDOW):
                found |= dict.fromkeys(rendering.choices(passage(each)))
    return list(found)


def tokens(text: str) -> int:
    return len(text) // CHARACTERS_A_TOKEN


def passage(made: Chunk) -> Found:
    spans = tuple(Sentence(start, end, 0.0) for start, end in made.sentences)
    names = ("", "", "", 1, "", made.headings)
    return Found(1, 1, 1, *names, made.text, made.page, 1.0, 0.0, sentences=spans)


def cases(known: Sequence[str], given: int, count: int) -> list[tuple[str, list[str]]]:
    """So many questions, each with this many sentences that the desk would show together."""
    chance = random.Random(f"{SEED} {given}")  # noqa: S311 - no secret
    return [(question(chance, known), together(chance, known, given)) for _ in range(count)]


def question(chance: random.Random, known: Sequence[str]) -> str:
    return " ".join(chance.choice(known).split()[:8]) + "?"


def together(chance: random.Random, known: Sequence[str], given: int) -> list[str]:
    """Sentences of one answer: a first, and others while all of them stay short enough."""
    while True:
        chosen: list[str] = []
        for text in chance.sample(known, min(len(known), 8 * given)):
            if not chosen or sum(map(len, [*chosen, text])) <= SHORT_ANSWER_CHARACTERS:
                chosen.append(text)
            if len(chosen) == given:
                return chosen
