"""manage.py evaluate DIR: every metric of a question set, through the real search and engine.

With --all, DIR holds one folder a set; what they give is one table, with its change since the last
table that was kept.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from helpdesk import metrics_table
from helpdesk.chain import PASSAGES, answer
from helpdesk.citations import find_quote
from helpdesk.events import Done, Failed, Quote, Sources, Turn
from helpdesk.finding import find
from helpdesk.scratch import ingested, scratch_collection, sets_in, slug_of
from helpdesk.verification import support_of
from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.evaluation import Place, Question, Row, against, read_questions, report
from knowledge.found import Found
from knowledge.models import Collection, Passage
from knowledge.sources import quoted

# What --all compares with, and what --keep-figures writes.
FIGURES = settings.BASE_DIR / "docs" / "retrieval.json"


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
        parser.add_argument("--all", action="store_true", help="DIR holds one folder a set")
        parser.add_argument(
            "--keep-documents", action="store_true", help="with --all: don't remove them at the end"
        )
        parser.add_argument(
            "--figures",
            type=Path,
            default=FIGURES,
            metavar="FILE",
            help="with --all: the last figures, to compare with; docs/retrieval.json if not given",
        )
        parser.add_argument(
            "--keep-figures",
            action="store_true",
            help="with --all: write them to that file, and into the .md beside it",
        )
        parser.add_argument("--user", metavar="NAME", help="who asks; a superuser if not given")

    def handle(self, *args, **options):
        if options["json"] and not options["json"].parent.is_dir():
            raise CommandError(f"{options['json'].parent} is no folder: --json can't write there.")
        self.user = asker(options["user"])
        if options["all"]:
            self.every(options)
        else:
            self.one(options)

    def one(self, options):
        path = options["questions"] or options["directory"] / "questions.jsonl"
        questions = self.questions(path, options["limit"])
        self.over(self.collections_of(options["directory"], options["over"]))
        rows = self.rows(questions, options)
        self.show(report(rows), rows, options["json"])

    def every(self, options):
        """One column a set; a folder of questions without documents is asked over each of them."""
        sets, foreign = sets_in(options["directory"])
        if not sets:
            raise CommandError(
                f"No folder in {options['directory']} has docs/ and questions.jsonl."
            )
        found = {}
        for directory in sets:
            self.stdout.write(f"{directory.name}:")
            keep = options["keep_documents"]
            with scratch_collection(directory, self.stderr.write, keep) as slug:
                self.over([slug])
                found[directory.name] = self.figures_of(directory, foreign, options)
        self.stdout.write(metrics_table.table(found, metrics_table.read(options["figures"])))
        if options["json"]:
            options["json"].write_text(json.dumps(found, indent=1), encoding="utf-8")
        if options["keep_figures"]:
            metrics_table.keep(found, options["figures"])

    def figures_of(self, directory: Path, foreign: list[Path], options) -> dict[str, float]:
        """The metrics of a set; with each of `foreign` asked over its documents."""
        questions = self.questions(directory / "questions.jsonl", options["limit"])
        rows = self.rows(questions, options)
        metrics = report(rows)
        for other in [] if options["retrieval_only"] else foreign:
            questions = self.questions(other / "questions.jsonl", options["limit"])
            metrics |= against(rows, self.rows(questions, options), other.name)
        return metrics

    def questions(self, path: Path, limit: int | None) -> list[Question]:
        try:
            questions = read_questions(path)[:limit]
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        if not questions:
            raise CommandError(f"There are no questions in {path}.")
        return questions

    def over(self, collections: list[str]):
        """Asks over these collections from now on."""
        self.collections = collections
        visible = Collection.objects.visible_to(self.user).filter(slug__in=collections)
        self.visible = set(visible.values_list("slug", flat=True))

    def rows(self, questions: list[Question], options) -> list[Row]:
        evaluate = self.search if options["retrieval_only"] else self.ask
        if options["references"]:
            questions = [question for question in questions if question.reference and question.gold]
            self.others = others(questions)
            evaluate = self.judge
        return [evaluate(question) for question in self.progress(questions)]

    def collections_of(self, directory: Path, over: list[str] | None) -> list[str]:
        """The slugs to ask over; without `over`, the set's own documents, ingested where new."""
        if over:
            known = set(Collection.objects.values_list("slug", flat=True))
            if unknown := set(over) - known:
                raise CommandError(f"No collection {', '.join(sorted(unknown))}.")
            return over
        return [ingested(directory, slug_of(directory), self.stderr.write)]

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
