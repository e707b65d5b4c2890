"""`manage.py ask "…"`: the answer in the terminal, as it comes, with its sources."""

import asyncio
import json

from django.core.management.base import BaseCommand, CommandError

from helpdesk import chain
from helpdesk.events import Done, Failed, Quote, Text
from knowledge.accounts import asker


class Command(BaseCommand):
    help = "Answers a question from what a user may read."
    requires_system_checks = ["helpdesk"]

    def add_arguments(self, parser):
        parser.add_argument("question")
        parser.add_argument("--user", help="Whose rights count; else the first superuser.")
        parser.add_argument("--json", action="store_true", help="One JSON object instead of text.")

    def handle(self, question, user, **options):
        if not question.strip():
            raise CommandError("Ask a question.")
        self.shown = ""
        done = asyncio.run(self.ask(question, asker(user), show=not options["json"]))
        if options["json"]:
            self.stdout.write(json.dumps(as_json(done), ensure_ascii=False))
        else:
            self.write_sources(done)

    async def ask(self, question, user, show) -> Done:
        """The end of the answer; its text is written as it comes if `show`."""
        async for event in chain.answer(question, user):
            match event:
                case Text(delta) if show:
                    self.shown += delta
                    self.stdout.write(delta, ending="")
                    self.stdout.flush()
                case Failed(message):
                    raise CommandError(message)
                case Done():
                    done = event
        return done

    def write_sources(self, done: Done):
        self.stdout.write("")
        if self.shown.split() != done.text.split():
            self.stdout.write(f"\nWith its sources checked:\n{done.text}")
        self.stdout.write("")
        for quote in done.quotes:
            page = f", page {quote.page}" if quote.page else ""
            said = f": “{quote.text}”" if quote.verified else " (no sentence found that says so)"
            self.stdout.write(f"[{quote.number}] {quote.passage.title}{page}{said}")
        for start, end in done.support.unsupported:
            self.stdout.write(f"Not found in the sources: “{done.text[start:end]}”")
        if done.conflict:
            sides = "; ".join(f"[{q.number}] of {q.passage.date}" for q in done.conflict)
            self.stdout.write(f"The sources differ, the newer first: {sides}")
        if done.note:
            self.stdout.write(done.note)


def as_json(done: Done) -> dict:
    """The answer as an object for other programs."""
    return {
        "answer": done.text,
        "abstained": done.abstained,
        "unsupported": [done.text[slice(*span)] for span in done.support.unsupported],
        "conflict": [quote.number for quote in done.conflict],
        "citations": [citation(quote) for quote in done.quotes],
        "engine": done.engine,
        "timings_ms": done.timings_ms,
    }


def citation(quote: Quote) -> dict:
    return {
        "doc": quote.passage.document,
        "page": quote.page,
        "quote": quote.text,
        "verified": quote.verified,
    }
