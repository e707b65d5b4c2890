"""How often a run keeps the sentences it is given, and the house's greeting and closing."""

from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import CommandError

from tuning.benchmarks import handed
from tuning.demo.house import CLOSING, GREETING
from tuning.models import Run
from tuning.pretraining import measuring

SENTENCES = (1, 2, 3)
BATCH = 20


def add_arguments(parser):
    parser.add_argument("--run", type=int, help="its number; the newest that is done")
    parser.add_argument("--adapter", help="a folder instead of a run's")
    parser.add_argument("--base-model", help="what that adapter is for")
    parser.add_argument("--bare", action="store_true", help="the base alone, to compare with")
    parser.add_argument(
        "--documents", type=Path, help="files of a company it never saw; else the held-out text"
    )
    parser.add_argument("--count", type=int, default=100, help="questions a row")


def run(options, stdout):
    base, adapter = place(options)
    documents = options["documents"]
    known = handed.sentences_of(documents) if documents else measuring.held_out()
    cases = handed.cases if documents else measuring.cases
    model = speaker(base, None if options["bare"] else adapter)
    asked_of = base if options["bare"] else adapter
    stdout.write(f"{len(known)} sentences of {documents or 'the held-out text'}, {asked_of}\n")
    stdout.write(
        "| sentences given | kept by the model | kept as shown | greeting and closing"
        " | and nothing else | replaced by quotes |"
    )
    stdout.write("|---|---|---|---|---|---|")
    rows = []
    for given in SENTENCES:
        asked = cases(known, given, options["count"])
        rows += [found := scored(model, asked, measuring.wanted)]
        stdout.write(row(str(given), found))
    stdout.write(row("all", [one for found in rows for one in found]))


def place(options) -> tuple[str, str]:
    """The base model and the adapter that were asked for."""
    if options["adapter"]:
        return options["base_model"], options["adapter"]
    done = Run.objects.filter(state=Run.State.DONE, trainer=Run.Trainer.LOCAL)
    found = done.filter(pk=options["run"]) if options["run"] else done
    run = found.first()
    if run is None:
        raise CommandError("No run is done yet: manage.py tune start --follow")
    return run.base_model, str(run.adapter)


def speaker(base: str, adapter: str | None):
    """The base with its adapter, if any, asked as the desk asks it."""
    from tuning import dora

    made = measuring.Repeater(base)
    if adapter is None:
        return made
    made.model = dora.with_trained(made.model, adapter).merge_and_unload().eval()
    return made


def scored(model, asked, wanted) -> list[tuple[bool, ...]]:
    """What `judged` says of the model's answer to each question."""
    found: list[tuple[bool, ...]] = [()] * len(asked)
    order = sorted(range(len(asked)), key=lambda i: len(wanted(asked[i][1])))
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        said = model.answers([asked[i] for i in batch])
        for i, text in zip(batch, said, strict=True):
            found[i] = judged(text, asked[i][1], wanted(asked[i][1]))
    return found


def judged(said: str, sentences: Sequence[str], wanted: str) -> tuple[bool, ...]:
    """Whether the model kept the sentences, and whether the answer as the desk shows it does; has
    greeting and closing; and nothing else; and whether it is quotes, which keep the sentences."""
    passages, polite = measuring.as_passages(sentences), f"{GREETING}\n{CLOSING}"
    told = measuring.shown(said, sentences, passages, polite)
    replaced = not told
    said, told = (" ".join(text.split()) for text in (said, told or wanted))
    framed = told.startswith(GREETING) and told.endswith(CLOSING)
    whole = told == f"{GREETING} {wanted} {CLOSING}"
    return wanted in said, wanted in told, framed, whole, replaced


def row(name: str, found: list[tuple[bool, ...]]) -> str:
    shares = (sum(column) / len(found) for column in zip(*found, strict=True))
    return f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |"
