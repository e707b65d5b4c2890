"""How fast a run learns beside TRL's default settings, and how much memory it takes."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from knowledge.accounts import asker
from knowledge.environment import without_secrets
from tuning import dataset as datasets
from tuning import local, planning, presets
from tuning.models import Dataset


def add_arguments(parser):
    parser.add_argument("--user", help="in whose name; the first superuser")
    parser.add_argument("--base-model", default=settings.BASE_MODEL)
    parser.add_argument("--preset", choices=presets.PRESETS, default=presets.DEFAULT)
    parser.add_argument("--epochs", type=int, help="other than the preset's")
    parser.add_argument("--lines", type=int, help="train on so many lines alone, to be done sooner")
    parser.add_argument(
        "--memory-model",
        type=int,
        metavar="MILLIONS",
        help="measure the memory on a model of so many million random parameters instead",
    )


def run(options, stdout):
    folder = Path(tempfile.mkdtemp(prefix="benchmark-", dir=settings.VAR_DIR))
    try:
        write(folder, options)
        if options["memory_model"]:
            return memory(folder, options["memory_model"], stdout)
        stdout.write("| settings | tokens/s | pairs/s | seconds | CPU seconds | validation loss |")
        stdout.write("|---|---|---|---|---|---|")
        found = {name: race(folder, name) for name in ("defaults", "ours")}
        for name, row in found.items():
            stdout.write(
                f"| {name} | {row['tokens'] / row['seconds']:.0f} "
                f"| {row['pairs'] / row['seconds']:.1f} | {row['seconds']:.1f} "
                f"| {row['cpu']:.1f} | {row['loss']:.4f} |"
            )
        clock, cpu = (found["defaults"][n] / found["ours"][n] for n in ("seconds", "cpu"))
        stdout.write(f"\n{clock:.2f} times as fast by the clock, {cpu:.2f} times by CPU seconds.")
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(folder: Path, options) -> None:
    """The pairs approved now as a run would get them. The dataset is gone afterwards."""
    by = asker(options["user"])
    changes = {"epochs": options["epochs"]} if options["epochs"] else {}
    plan = planning.Plan(by, options["base_model"], options["preset"], changes=changes)
    taken = Dataset.objects.take(by)
    try:
        datasets.freeze(taken, by)
        datasets.write(taken, plan.shows, folder)
    finally:
        taken.delete()
    shorten(folder / "train.jsonl", options["lines"])
    config = {"base_model": plan.base_model, "base_revision": "", "options": plan.options}
    (folder / "config.json").write_text(json.dumps(config))


def shorten(file: Path, lines: int | None) -> None:
    """Keeps so many lines, from all over the file; None keeps them all."""
    if lines:
        written = file.read_text().splitlines(True)
        file.write_text("".join(written[:: max(1, len(written) // lines)][:lines]))


def race(folder: Path, name: str) -> dict:
    """What a process of its own measures with these settings."""
    return json.loads(script(["tuning.benchmarks.race", str(folder), name])[-1])


def memory(folder: Path, millions: int, stdout) -> None:
    """Trains a few steps of a large model of random weights, and tells what that took.

    Above the base: the most that the process took, less what it took before there was a model (the
    libraries) and the model's own size.
    """
    script(["tuning.benchmarks.race", str(folder), "grow", str(millions)])
    lines = script(["tuning.train", str(folder)])
    events = [event for line in lines if (event := local.parsed(line))]
    told = {event["event"]: event for event in events}
    own, above = told["done"]["base_bytes"], told["done"]["peak_bytes"]
    stdout.write(
        f"base {told['parameters']['base'] / 1e6:.0f} M parameters, {own / 1e6:.0f} MB; rank 8 "
        f"trains {told['parameters']['trainable'] / 1e6:.1f} M; peak above the base "
        f"{above / 1e6:.0f} MB, {above / own:.2f} times its size"
    )


def script(arguments: list[str]) -> list[str]:
    """The lines that a Python module prints when it is run. Raises CommandError where it fails."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        env=without_secrets() | local.QUIET,
    )
    if done.returncode:
        raise CommandError(done.stderr[-2000:])
    return done.stdout.splitlines()
