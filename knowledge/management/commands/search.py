"""manage.py search "…" --user NAME: the passages that this person's search finds."""

import json
from dataclasses import asdict

from django.core.management.base import CommandError

from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.found import Found
from knowledge.management.desk import DeskCommand
from knowledge.search import search

SHOWN_CHARACTERS = 160


class Command(DeskCommand):
    help = "Prints the passages that a search finds, best first."

    def add_arguments(self, parser):
        parser.add_argument("question")
        parser.add_argument("--user", metavar="NAME", help="who asks; a superuser if not given")
        parser.add_argument("--limit", type=int, default=5, metavar="N")
        parser.add_argument("--json", action="store_true", help="one object a passage, a line each")

    def handle(self, *args, **options):
        if options["limit"] < 1:
            raise CommandError("--limit takes a number from 1.")
        try:
            passages = search(options["question"], asker(options["user"]), options["limit"])
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        for place, found in enumerate(passages, 1):
            self.stdout.write(as_json(found) if options["json"] else as_text(place, found))
        if not passages and not options["json"]:
            self.stdout.write("Nothing found.")


def as_json(found: Found) -> str:
    return json.dumps(asdict(found), ensure_ascii=False)


def as_text(place: int, found: Found) -> str:
    """The document, page and score of a passage, and how it begins."""
    page = f", page {found.page}" if found.page else ""
    beginning = " ".join(found.text.split())[:SHOWN_CHARACTERS]
    return (
        f"{place}. {found.document}{page}  {found.score:.3f}\n   {found.headings}\n   {beginning}"
    )
