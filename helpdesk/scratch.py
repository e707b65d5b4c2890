"""A question set's documents in a collection of their own, for as long as they are needed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.utils.text import slugify

from knowledge.models import Collection


def sets_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The question sets in `folder`: those with documents, and those without."""
    found = sorted(path.parent for path in folder.glob("*/questions.jsonl"))
    sets = [directory for directory in found if (directory / "docs").is_dir()]
    return sets, [directory for directory in found if directory not in sets]


def slug_of(directory: Path) -> str:
    """The slug of the collection that a folder of documents is read into to be measured."""
    return f"evaluation-{slugify(directory.resolve().name)}"


@contextmanager
def scratch_collection(directory: Path, say: Callable, keep: bool = False) -> Iterator[str]:
    """The slug of the collection that holds `directory`/docs, ingested where new.

    It is removed at the end with its documents and files, unless `keep` says no or it was there
    before. `say` tells when some of the files can't be read.
    """
    slug = slug_of(directory)
    keep = keep or Collection.objects.filter(slug=slug).exists()
    try:
        yield ingested(directory, slug, say)
    finally:
        if not keep:
            Collection.objects.filter(slug=slug).delete()


def ingested(directory: Path, slug: str, say: Callable) -> str:
    """What is there already is recognised by its bytes, and not read again."""
    try:
        call_command("ingest", str(directory / "docs"), collection=slug, create=True, wait=True)
    except SystemExit:
        # Files that can't be read are reported by the command, and missed by the questions.
        say("Some documents failed; the questions go on without them.")
    return slug
