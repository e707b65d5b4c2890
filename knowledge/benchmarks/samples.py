"""Real passages to measure with: the demo company's documents, read and cut as any others."""

from itertools import cycle, islice
from pathlib import Path

from knowledge import titles
from knowledge.chunking import Chunk, chunk
from knowledge.demo.company import DOCS
from knowledge.embedders.encoded import Embedder
from knowledge.extract.isolated import Extractor
from knowledge.indexing import TITLE_CHARACTERS


def passages(count: int, embedder: Embedder) -> list[Chunk]:
    """So many passages; the documents come again where they hold fewer."""
    with Extractor() as extractor:
        found = [each for path in files() for each in passages_of(path, embedder, extractor)]
    return list(islice(cycle(found), count))


def files() -> list[Path]:
    """The demo's documents, in the order of their paths."""
    return sorted(path for path in DOCS.rglob("*") if path.is_file())


def passages_of(path: Path, embedder: Embedder, extractor: Extractor) -> list[Chunk]:
    """A file's passages, as an upload of it would be cut. Raises KnowledgeError as reading does."""
    extraction = extractor.extract(path)
    title = (titles.own(extraction.title) or titles.words(path.name))[:TITLE_CHARACTERS]
    return chunk(extraction, title, embedder.count_tokens, embedder.window)
