"""manage.py check_formats DIR: how well the files of a folder are read, a line a format."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from knowledge.formats_check import Checked, Summary, check, files_of, reasons, summarise

HEAD = """\
| format | files | ready | failed | pages with text | word recall | median s | worst s |
|---|---|---|---|---|---|---|---|"""


class Command(BaseCommand):
    help = (
        "Reads every file of a folder as the worker does and prints what came of it, as Markdown. "
        "Word recall is taken where sources/NAME has its text in groundtruth/NAME.md. "
        "Exit status 1 if a file crashed the reader or made it hang."
    )
    # The database takes no part.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--json", action="store_true", help="one object a file, a line each")

    def handle(self, *args, **options):
        folder = options["folder"]
        total = len(files_of(folder)) if folder.is_dir() else 0
        if not total:
            raise CommandError(f"There are no files in {folder}. Name a folder that holds some.")
        checked = []
        for one in check(folder):
            checked.append(one)
            if options["json"]:
                self.stdout.write(json.dumps(as_json(one, folder), ensure_ascii=False))
            self.count(len(checked), total)
        if not options["json"]:
            self.report(checked, folder)
        if any(one.broke for one in checked):
            raise SystemExit(1)

    def count(self, done: int, total: int):
        if self.stderr.isatty():
            end = "\n" if done == total else ""
            self.stderr.write(f"\r\033[K{done} of {total} files", ending=end)
            self.stderr.flush()

    def report(self, checked: list[Checked], folder: Path):
        self.stdout.write("\n".join([HEAD, *map(as_row, summarise(checked))]))
        failed = reasons(checked)
        if failed:
            self.stdout.write("\nFailed:\n")
        for name, why, count in failed:
            self.stdout.write(f"- {name}, {count}: {why}")
        broke = [one for one in checked if one.broke]
        if broke:
            self.stdout.write("\nCrashed the reader or made it hang:\n")
        for one in broke:
            self.stdout.write(f"- {one.path.relative_to(folder)}")


def as_row(one: Summary) -> str:
    """A line of the Markdown table; word recall with the number of files it is the mean of."""
    recall = "" if one.recall is None else f"{one.recall:.3f} ({one.measured})"
    cells = (
        one.format,
        one.files,
        one.ready,
        one.failed,
        f"{one.readable} of {one.expected}",
        recall,
        f"{one.median_s:.2f}",
        f"{one.worst_s:.1f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def as_json(one: Checked, folder: Path) -> dict:
    return {**asdict(one), "path": str(one.path.relative_to(folder)), "format": one.format}
