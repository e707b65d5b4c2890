"""manage.py ingest PATH… --collection SLUG: files and folders into a collection."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import CommandError

from knowledge import waiting
from knowledge.forms import document_name
from knowledge.management.desk import DeskCommand
from knowledge.models import Collection, Version
from knowledge.uploads import upload

PAUSE = 0.3


@dataclass(slots=True)
class Ingested:
    """A file and its version, or why there is none; `error` too where it was refused at once."""

    path: Path
    version: int | None = None
    outcome: str = ""
    error: str = ""


class Command(DeskCommand):
    help = "Uploads files, and everything in folders, into a collection."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--collection", required=True, metavar="SLUG")
        parser.add_argument("--create", action="store_true", help="make the collection, if new")
        parser.add_argument("--wait", action="store_true", help="until all of them have been read")
        parser.add_argument(
            "--json", action="store_true", help="one object a document, a line each"
        )

    def handle(self, *args, **options):
        self.json, self.interactive = options["json"], self.stderr.isatty()
        files = named(options["paths"])
        collection = find(options["collection"], options["create"])
        ingested = [self.ingest(collection, name, path) for name, path in files.items()]
        if options["wait"]:
            failed = self.wait(ingested)
        else:
            failed = sum([self.report(one, None) for one in ingested if one.error or self.json])
            taken = len(files) - failed
            self.say(f"{taken} uploaded into “{collection}”; a worker reads them.")
        if failed:
            raise SystemExit(1)

    def ingest(self, collection, name: str, path: Path) -> Ingested:
        try:
            with path.open("rb") as file:
                found = upload(collection, name, File(file, name=path.name))
        except OSError as error:
            return Ingested(path, error=f"The file can't be opened: {error.strerror}.")
        return Ingested(path, found.version.pk, found.outcome, found.version.error)

    def wait(self, ingested: list[Ingested]) -> int:
        """Reports each document when it is finished; gives the number of those that failed."""
        failed = sum([self.report(one, None) for one in ingested if one.version is None])
        open_ones = [one for one in ingested if one.version is not None]
        with waiting.worker(self.say) as ensure_worker:
            while open_ones:
                ensure_worker()
                rows = Version.objects.in_bulk([one.version for one in open_ones])
                done = [one for one in open_ones if finished(rows.get(one.version))]
                failed += sum([self.report(one, rows.get(one.version)) for one in done])
                open_ones = [one for one in open_ones if one not in done]
                self.count(len(ingested) - len(open_ones), len(ingested), failed)
                if open_ones:
                    time.sleep(PAUSE)
        self.say(f"{len(ingested) - failed} of {len(ingested)} are ready, {failed} failed.")
        return failed

    def report(self, one: Ingested, version: Version | None) -> bool:
        """Tells what became of a file, and whether that is failure."""
        if one.version and version is None:
            version = Version.objects.filter(pk=one.version).first()
        status = version.status if version else Version.Status.FAILED.value
        gone = "" if one.version is None or version else "It was deleted meanwhile."
        error = one.error or gone or version.error
        if self.json:
            self.stdout.write(json.dumps(as_json(one, version, str(status), error)))
        elif error or status == Version.Status.HELD:
            self.clear()
            held = f"only {version.coverage}; it waits for approval." if not error else ""
            self.stderr.write(f"{one.path}: {error or held}")
        return status == Version.Status.FAILED

    def count(self, done: int, total: int, failed: int):
        if self.interactive:
            told = f"{done} of {total} finished" + (f", {failed} failed" if failed else "")
            self.stderr.write(f"\r\033[K{told}", ending="")
            self.stderr.flush()

    def clear(self):
        if self.interactive:
            self.stderr.write("\r\033[K", ending="")

    def say(self, text: str):
        self.clear()
        (self.stderr if self.json else self.stdout).write(text)


def finished(version: Version | None) -> bool:
    return version is None or version.finished


def as_json(one: Ingested, version: Version | None, status: str, error: str) -> dict:
    return {
        "path": str(one.path),
        "status": status,
        "error": error,
        "pages": version.pages if version else 0,
        "passages": version.passage_count if version else 0,
        "seconds": version.seconds if version else None,
    }


def find(slug: str, create: bool) -> Collection:
    """The collection, made where `create` says so. Raises CommandError where there is none."""
    try:
        return Collection.objects.get(slug=slug)
    except Collection.DoesNotExist:
        if create:
            return made(slug)
        there = ", ".join(Collection.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(
            f"There is no collection “{slug}”. There are: {there}. --create makes a new one."
        ) from None


def made(slug: str) -> Collection:
    collection = Collection(slug=slug, name=slug)
    try:
        collection.full_clean()
    except ValidationError as error:
        raise CommandError(f"“{slug}” can't be a collection: {' '.join(error.messages)}") from None
    collection.save()
    return collection


def named(paths: list[Path]) -> dict[str, Path]:
    """Each file by its document's name: its path below the given folder, or its own name."""
    found: dict[str, Path] = {}
    for given in paths:
        if not given.exists():
            raise CommandError(f"There is no file or folder {given}.")
        for path in walk(given):
            name = document_name(str(path.relative_to(given)) if given.is_dir() else path.name)
            if found.setdefault(name, path) != path:
                raise CommandError(
                    f"{found[name]} and {path} would both be named {name}: "
                    "give the folder that holds both."
                )
    if not found:
        raise CommandError("There are no files to ingest.")
    return found


def walk(given: Path) -> list[Path]:
    """The file itself, or the files below a folder, sorted, without hidden ones."""
    if not given.is_dir():
        return [given]
    found = []
    for folder, folders, names in os.walk(given):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    return sorted(found)
