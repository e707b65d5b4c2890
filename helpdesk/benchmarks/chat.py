"""The chat under load: first token, answers a second, idle sockets, memory, CPU a token."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import psutil
from django.conf import settings
from django.db import connection

from helpdesk.benchmarks import desk
from knowledge.benchmarks.database import scratch
from knowledge.benchmarks.tables import number, table
from knowledge.demo.company import DOCS
from knowledge.errors import KnowledgeError
from knowledge.evaluation import read_questions

HEADS = (
    "web processes",
    "at once",
    "answers",
    "first token, median ms",
    "p95 ms",
    "whole, median ms",
    "answers a second",
    "lost or wrong",
    "MB a web process",
    "CPU of web, ms an answer",
    "of Postgres",
    "of Redis",
    "of load and model",
)
LONG = 400
# Eight people ask so many questions each before anything is measured: about each of the handbook's
# in each of two processes, as of a desk that has been running for a while.
WARMING = 20


def add_arguments(parser):
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 32, 128], metavar="N")
    parser.add_argument("--web", type=int, nargs="+", default=[1, 2], metavar="N", help="processes")
    parser.add_argument("--answers", type=int, default=384, metavar="N", help="a line; 384")
    parser.add_argument("--tokens", type=int, default=40, metavar="N", help="an answer; 40")
    parser.add_argument(
        "--idle",
        type=int,
        default=2000,
        metavar="N",
        help="2,000 sockets; 0: none, nor CPU a token",
    )


def run(options, out):
    """Prints the tables. All is done in a database of its own, which is dropped."""
    read = read_questions(DOCS.with_name("questions.jsonl"))
    questions = [
        each.text
        for each in read
        if not (each.unanswerable or each.history or each.collection != "everyone")
    ]
    with scratch(), desk.folder() as media:
        desk.fill(media)
        rows = []
        for workers in options["web"]:
            with desk.running(media, workers) as running:
                load = Load(running, questions, options["tokens"])
                load.measure(8, WARMING)
                for at_once in options["at_once"]:
                    rounds = max(3, min(60, options["answers"] // at_once))
                    measured = load.measure(at_once, rounds)
                    rows.append(measured.row(workers))
                    out.write(f"{workers} web, {at_once} at once: {measured}")
        out.write(f"\n{table(HEADS, rows)}\n")
        if not options["idle"]:
            return
        with desk.running(media, 1) as running:
            out.write(f"\n{a_token(Load(running, questions, options['tokens']))}\n")
            out.write(f"{idle(running, questions, options)}\n")


class Measured:
    """What one load did, and what it took of the processors."""

    def __init__(self, at_once: int, seen: dict, spent: Counter, megabytes: float):
        self.at_once, self.seconds, self.spent = at_once, seen["seconds"], spent
        self.rows, self.megabytes = seen["rows"], megabytes

    @property
    def first(self) -> list[float]:
        return [row["first"] for row in self.rows]

    def __str__(self):
        first, speed = median(self.first), len(self.rows) / self.seconds
        return f"first token {number(first)} ms, {number(speed)} answers a second"

    def wrong(self) -> str:
        found = Counter(row["wrong"] for row in self.rows if row["wrong"])
        return ", ".join(f"{count} {what}" for what, count in found.items()) or "0"

    def row(self, workers: int) -> list[str]:
        answers = len(self.rows)
        share = {name: number(1000 * each / answers) for name, each in self.spent.items()}
        return [
            workers,
            self.at_once,
            answers,
            number(median(self.first)),
            number(sorted(self.first)[int(0.95 * answers)]),
            number(median(row["whole"] for row in self.rows)),
            number(answers / self.seconds),
            self.wrong(),
            number(self.megabytes),
            share["web"],
            share["postgres"],
            share["redis"],
            share["load"],
        ]


class Load:
    """Asks a running desk, so many people at the same time."""

    def __init__(self, running: desk.Desk, questions: list[str], tokens: int):
        self.desk, self.tokens = running, tokens
        self.orders = {
            "socket": f"ws://127.0.0.1:{running.port}",
            "origin": f"http://127.0.0.1:{running.port}",
            "questions": questions,
        }
        self.first = 0

    def measure(self, at_once: int, rounds: int, tokens: int = 0) -> Measured:
        """So many people ask one question after another, each in a conversation of its own."""
        orders = self.orders | {
            "people": desk.people(at_once * rounds, each=rounds),
            "rounds": rounds,
            "tokens": tokens or self.tokens,
            "first": self.first,
        }
        self.first += at_once * rounds
        with browsers(orders) as people:
            opened = psutil.Process(people.pid)
            before = self.spent(opened)
            tell(people, {})
            seen = heard(people)
            after = self.spent(opened)
            tell(people, {})
        spent = Counter({name: after[name] - before[name] for name in after})
        return Measured(at_once, seen, spent, self.desk.megabytes())

    def spent(self, people: psutil.Process) -> dict[str, float]:
        """Seconds of processor so far, by who took them."""
        return {
            "web": sum(map(seconds, self.desk.workers())),
            "postgres": postgres_seconds(),
            "redis": seconds(self.desk.redis) if self.desk.redis else 0.0,
            "load": seconds(people) + seconds(self.desk.model),
        }


@contextmanager
def browsers(orders: dict) -> Iterator[subprocess.Popen]:
    """A process with all these people's sockets open."""
    command = [sys.executable, "-m", "helpdesk.benchmarks.load"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, **pipes) as people:
        tell(people, orders)
        heard(people)
        yield people


def tell(people: subprocess.Popen, orders: dict) -> None:
    people.stdin.write(json.dumps(orders) + "\n")
    people.stdin.flush()


def heard(people: subprocess.Popen):
    """What the load saw. Raises KnowledgeError where it has ended before its end."""
    line = people.stdout.readline()
    if not line:
        raise KnowledgeError("The load could not go on; its lines say why.")
    return json.loads(line)


def seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def postgres_seconds() -> float:
    """Of every process of the database's server, where it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    try:
        server = psutil.Process(own).parent()
        return sum(seconds(each) for each in server.children())
    except psutil.Error:
        return 0.0


def a_token(load: Load) -> str:
    """What a token more costs: long answers beside short ones, eight at once."""
    load.measure(8, 6)
    short, long = load.measure(8, 20), load.measure(8, 20, LONG)
    web = [1000 * each.spent["web"] / len(each.rows) for each in (short, long)]
    more = (web[1] - web[0]) / (LONG - load.tokens)
    return (
        f"CPU of the web process: {number(web[0])} ms an answer of {load.tokens} tokens, of which"
        f" {number(web[0] / load.tokens)} ms a token; {number(web[1])} ms an answer of {LONG}:"
        f" {number(more)} ms for each token more. Lost or wrong: {short.wrong()}, {long.wrong()}."
    )


def idle(running: desk.Desk, questions: list[str], options) -> str:
    """The memory of sockets that wait, and a chat alone before and beside them."""
    load = Load(running, questions, options["tokens"])
    load.first = 1_000_000
    alone = load.measure(1, 60)
    before, count = running.megabytes(), options["idle"]
    with browsers(load.orders | {"people": desk.people(count, each=20)}) as waiting:
        each = 1000 * (running.megabytes() - before) / count
        beside = load.measure(1, 60)
        tell(waiting, {"alive": True})
        alive = heard(waiting)
    return (
        f"{count:,} idle sockets in one process: {number(each)} kB each, {alive:,} alive at the"
        f" end. First token of a chat: {number(median(alone.first))} ms alone,"
        f" {number(median(beside.first))} ms beside them."
    )
