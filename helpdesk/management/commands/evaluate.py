"""manage.py evaluate DIR: every metric of a question set, through the real search and engine."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.utils.text import slugify

from helpdesk.chain import PASSAGES, answer
from helpdesk.citations import find_quote
from helpdesk.events import Done, Failed, Quote, Sources, Turn
from helpdesk.finding import find
from helpdesk.verification import support_of
from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.evaluation import Place, Question, Row, read_questions, report
from knowledge.found import Found
from knowledge.models import Collection, Passage
from knowledge.sources import quoted


class Command(BaseCommand):
    help = "Asks DIR/questions.jsonl over DIR/docs and reports the metrics."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--limit", type=int, metavar="N", help="only the first N questions")
        parser.add_argument("--retrieval-only", action="store_true", help="search, don't answer")
        parser.add_argument(
            "--references",
            action="store_true",
            help="check the set's own answers, and each other's, by the passages; don't answer",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write metrics and rows")
        parser.add_argument(
            "--over",
            action="append",
            metavar="COLLECTION",
            help="ask over a collection that is there already; may be given more than once",
        )
        parser.add_argument(
            "--questions", type=Path, metavar="FILE", help="instead of DIR/questions.jsonl"
        )
        parser.add_argument("--user", metavar="NAME", help="who asks; a superuser if not given")

    def handle(self, *args, **options):
        if options["json"] and not options["json"].parent.is_dir():
            raise CommandError(f"{options['json'].parent} is no folder: --json can't write there.")
        self.user = asker(options["user"])
        try:
            path = options["questions"] or options["directory"] / "questions.jsonl"
            questions = read_questions(path)[: options["limit"]]
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        if not questions:
            raise CommandError("There are no questions.")
        self.collections = self.collections_of(options["directory"], options["over"])
        visible = Collection.objects.visible_to(self.user).filter(slug__in=self.collections)
        self.visible = set(visible.values_list("slug", flat=True))
        evaluate = self.search if options["retrieval_only"] else self.ask
        if options["references"]:
            questions = [question for question in questions if question.reference and question.gold]
            self.others = others(questions)
            evaluate = self.judge
        rows = [evaluate(question) for question in self.progress(questions)]
        self.show(report(rows), rows, options["json"])

    def collections_of(self, directory: Path, over: list[str] | None) -> list[str]:
        """The slugs to ask over; without `over`, the set's own documents, ingested where new."""
        if over:
            known = set(Collection.objects.values_list("slug", flat=True))
            if unknown := set(over) - known:
                raise CommandError(f"No collection {', '.join(sorted(unknown))}.")
            return over
        slug = f"evaluation-{slugify(directory.resolve().name)}"
        # What is there already is recognised by its bytes. Files that can't be read are reported by
        # the command, and missed by the questions.
        try:
            call_command("ingest", str(directory / "docs"), collection=slug, create=True, wait=True)
        except SystemExit:
            self.stderr.write("Some documents failed; the questions go on without them.")
        return [slug]

    def progress(self, questions):
        for done, question in enumerate(questions):
            if self.stderr.isatty():
                filled = round(30 * done / len(questions))
                bar = "█" * filled + "░" * (30 - filled)
                self.stderr.write(f"\r{bar} {done} of {len(questions)}", ending="")
            yield question
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")

    def search(self, question: Question) -> Row:
        start = perf_counter()
        found = self.find(question, turns(question))
        return self.row(question, found, milliseconds(start))

    def judge(self, question: Question) -> Row:
        """How many sentences of the question's reference answer its passages bear out, and how many
        of an answer out of another document: the first should be all, the second none."""
        start = perf_counter()
        found = self.find(question, turns(question))
        row = self.row(question, found, milliseconds(start))
        mine = support_of(question.reference, found)
        row.sentences, row.supported = mine.sentences, mine.supported
        theirs = support_of(self.others.get(question.id, ""), found)
        row.others_sentences, row.others_supported = theirs.sentences, theirs.supported
        return row

    def find(self, question: Question, history=()) -> list[Found]:
        try:
            return find(question.text, self.user, PASSAGES, self.collections, history)
        except KnowledgeError as error:
            raise CommandError(f"{question.id}: {error}") from None

    def ask(self, question: Question) -> Row:
        start = perf_counter()
        found, done = asyncio.run(self.events(question))
        row = self.row(question, found, done.timings_ms.get("search", 0.0))
        row.answer, row.abstained, row.confidence = done.text, done.abstained, done.confidence
        quotes = [quote for quote in done.quotes if quote.verified]
        row.citations = [Place(q.passage.document, q.page, q.text) for q in quotes]
        row.marks, row.in_source = len(done.quotes), sum(map(stands_in_source, quotes))
        row.sentences, row.supported = done.support.sentences, done.support.supported
        row.conflict = bool(done.conflict)
        row.answer_ms = milliseconds(start)
        return row

    async def events(self, question: Question) -> tuple[tuple, Done]:
        found = ()
        stream = answer(
            question.text, self.user, turns(question), collections=tuple(self.collections)
        )
        async for event in stream:
            match event:
                case Sources(passages):
                    found = passages
                case Failed(message):
                    raise CommandError(f"{question.id}: {message}")
                case Done():
                    done = event
        return found, done

    def row(self, question: Question, found, search_ms: float) -> Row:
        restricted = question.collection in self.restricted
        return Row(
            question=question,
            answerable=not question.unanswerable and not restricted,
            passages=places(found),
            last_turn=places(self.find(question)) if question.history else None,
            search_ms=search_ms,
            context_chars=sum(len(passage.headings) + len(passage.text) for passage in found),
        )

    @property
    def restricted(self) -> set[str]:
        """The collections that the person may not see: their matter is to be declined."""
        return set(self.collections) - self.visible

    def show(self, metrics: dict, rows: list[Row], path: Path | None):
        width = max(map(len, metrics))
        for name, value in metrics.items():
            self.stdout.write(f"{name:<{width}}  {value:g}")
        if path:
            content = metrics | {"rows": [asdict(row) for row in rows]}
            path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def others(questions: list[Question]) -> dict[str, str]:
    """For each question the reference answer of the next one that another document answers."""
    found = {}
    for place, question in enumerate(questions):
        mine = {gold["doc"] for gold in question.gold}
        after = [*questions[place + 1 :], *questions[:place]]
        theirs = (q for q in after if not mine & {gold["doc"] for gold in q.gold})
        found[question.id] = next((q.reference for q in theirs), "")
    return found


def places(found: Iterable[Found]) -> list[Place]:
    return [Place(passage.document, passage.page, passage.text) for passage in found]


def stands_in_source(quote: Quote) -> bool:
    """Whether a quote stands in the passage as it is stored, on the page that is named."""
    passage = Passage.objects.only("text", "page", "spans", "version__paged")
    stored = passage.select_related("version").get(pk=quote.passage.passage_id)
    place = find_quote(quote.text, stored.text)
    spans = quoted(stored, *place) if place else ()
    return bool(place) and (not spans or spans[0].page == quote.page or quote.page is None)


def turns(question: Question) -> list[Turn]:
    return [Turn(role, text) for role, text in question.history]


def milliseconds(start: float) -> float:
    return round((perf_counter() - start) * 1000, 2)
