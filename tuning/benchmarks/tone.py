"""What a style that paraphrases does to a model: how often it is hit, which facts it costs."""

import json
import shutil
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings

from helpdesk import prompts, showing, verification
from helpdesk.events import Done
from knowledge import sentences
from knowledge.found import Found, Sentence
from tuning import courtesies, presets, rendering, sizes
from tuning.benchmarks.house import speaker
from tuning.benchmarks.tuning import script
from tuning.evaluating import gates, measuring, scores, summing
from tuning.evaluating.tone import Tone
from tuning.pretraining import measuring as repeating

# Words that a twentieth of the answers have do not tell four styles apart.
HEARD = 0.005
VALIDATED, WORST, BATCH = 40, 5, 20
# A style may take more words than the plain answer.
ROOM = 100


def add_arguments(parser):
    parser.add_argument(
        "folder",
        type=Path,
        help="train.jsonl and dev.jsonl: style, request, response_plain and response a line",
    )
    parser.add_argument("--style", default="friendly")
    parser.add_argument("--base-model", default=settings.BASE_MODEL)
    parser.add_argument("--preset", choices=presets.PRESETS, default="quick")
    parser.add_argument("--epochs", type=int, help="other than the preset's")
    parser.add_argument("--pairs", type=int, default=600, help="trained on")
    parser.add_argument("--count", type=int, default=100, help="requests asked of both models")


def run(options, stdout):
    learned, unseen = (rows(options["folder"] / f"{name}.jsonl") for name in ("train", "dev"))
    hears = Tone(by_style(learned), HEARD)
    style, base = options["style"], options["base_model"]
    mine, others = ([r for r in each if r["style"] == style] for each in (learned, unseen))
    mine, asked = mine[: options["pairs"]], others[VALIDATED:][: options["count"]]
    folder = Path(tempfile.mkdtemp(prefix="benchmark-", dir=settings.VAR_DIR))
    try:
        write(folder, options, mine, others[:VALIDATED], asked)
        seconds = trained(folder)
        said = {"base": answers(base, None, asked)}
        said["tuned"] = answers(base, str(folder / "adapter"), asked)
        losses = json.loads(script(["tuning.evaluating.losses", str(folder)])[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    stdout.write(f"{len(mine)} pairs in the style “{style}”, trained in {seconds:.0f} s\n")
    table(stdout, hears, style, asked, said)
    judged(stdout, mine, asked, said, losses)


def rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def by_style(known: list[dict]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in known:
        found.setdefault(row["style"], []).append(row["response"])
    return found


def write(folder: Path, options, *splits: list[dict]) -> None:
    """What a run would find: the plain answer shown as the one sentence, the other one wanted."""
    for name, known in zip(("train", "validation", "test"), splits, strict=True):
        lines = (json.dumps({"messages": conversation(row)}) + "\n" for row in known)
        (folder / f"{name}.jsonl").write_text("".join(lines))
    changes = {"epochs": options["epochs"]} if options["epochs"] else {}
    width = sizes.size_of(options["base_model"]).width
    chosen = presets.options(options["preset"], width, **changes)
    config = {"base_model": options["base_model"], "base_revision": "", "options": chosen}
    (folder / "config.json").write_text(json.dumps(config))


def conversation(row: dict) -> list[dict[str, str]]:
    plain = [row["response_plain"]]
    messages = prompts.sentence_messages(row["request"], plain)
    shown = showing.Shown(messages, (passage(row),), lines=tuple(prompts.bare(plain)))
    wanted = rendering.cited(row["response"], shown, showing.SENTENCES)
    return [*messages, {"role": "assistant", "content": wanted}]


def passage(row: dict, number: int = 1) -> Found:
    """The plain answer as if search had found it."""
    text = row["response_plain"]
    held = tuple(Sentence(start, end, 1.0) for start, end in sentences.split(text))
    names = ("plain", "plain", "", 1, "", "")
    return Found(number, number, number, *names, text, None, 1.0, 1.0, sentences=held)


def trained(folder: Path) -> float:
    """Trains in the folder, and gives the seconds of it."""
    began = time.perf_counter()
    script(["tuning.train", str(folder)])
    return time.perf_counter() - began


def answers(base: str, adapter: str | None, asked: list[dict]) -> list[str]:
    """What the model says, those of like length together."""
    model = speaker(base, adapter)
    order = sorted(range(len(asked)), key=lambda i: len(asked[i]["response_plain"]))
    found = [""] * len(asked)
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        cases = [(asked[i]["request"], [asked[i]["response_plain"]]) for i in batch]
        for i, text in zip(batch, model.answers(cases, ROOM), strict=True):
            found[i] = text.strip()
    return found


def table(stdout, hears: Tone, style: str, asked: list[dict], said: dict[str, list[str]]) -> None:
    """The style and the facts of what was shown, of what was wanted and of what both models say."""
    plain = [row["response_plain"] for row in asked]
    written = {"shown: plain": plain, "wanted: in style": [row["response"] for row in asked]}
    stdout.write("| answers | in the style | of those with facts, all kept | answers with facts |")
    stdout.write("|---|---|---|---|")
    for name, texts in (written | said).items():
        pairs = zip(plain, texts, strict=True)
        kept = [share for pair in pairs if (share := facts(*pair)) is not None]
        whole = sum(share == 1 for share in kept) / max(1, len(kept))
        rate = hears.share(texts, style)
        stdout.write(f"| {name} | {rate:.3f} | {whole:.3f} | {len(kept)} of {len(texts)} |")


def facts(plain: str, said: str) -> float | None:
    """The share of the plain answer's numbers, amounts, dates and names that are said."""
    return scores.facts_kept([plain[start:end] for start, end in sentences.split(plain)], said)


def judged(stdout, mine: list[dict], asked: list[dict], said, losses) -> None:
    """What the gates of an evaluation make of it, and the worst answers."""
    approved = [row["response"] for row in mine]
    polite = courtesies.of([conversation(row)[-1]["content"] for row in mine])
    learned = [claim for text in approved for claim in scores.claimed(text, polite)]
    replies = {
        side: [reply(*each, number, polite, learned) for number, each in enumerate(pairs, 1)]
        for side, pairs in ((s, zip(asked, texts, strict=True)) for s, texts in said.items())
    }
    voices = {summing.HOUSE: approved, summing.BASE: said["base"]}
    sums = {side: summing.summary(held, Tone(voices)) for side, held in replies.items()}
    sums["base"]["loss"], sums["tuned"]["loss"] = losses["base"], losses["candidate"]
    nothing = {"told": 0, "planted": 0}
    found = gates.gates(sums["tuned"], sums["base"], nothing, measuring.bounds())
    stdout.write(f"\nThe gates {'let it pass' if gates.passed(found) else 'stop it'}:\n")
    for gate in sorted(found, key=lambda gate: gate.holds):
        stdout.write(f"- {'holds' if gate.holds else 'FAILS'} {gate.name}: {gate.sentence}")
    stdout.write("\nThe worst answers, before quotes take their place:\n")
    order = sorted(range(len(asked)), key=lambda i: goodness(replies["tuned"][i].score))
    for i in order[:WORST]:
        stdout.write(f"- plain: {asked[i]['response_plain']}\n  tuned: {said['tuned'][i]}")


def goodness(score: dict) -> tuple:
    kept = 1.0 if score["facts"] is None else score["facts"]
    return (-score["replaced"], kept, score["supported"] or 0.0, score["rouge"])


def reply(row: dict, text: str, number: int, polite: str, learned: list[str]) -> SimpleNamespace:
    """An answer as the evaluation keeps it: checked as the chat does, quotes in a stray's place."""
    held, plain = (passage(row, number),), row["response_plain"]
    told = repeating.shown(text, [plain], held, polite)
    shown = told or prompts.marked(plain, 1)
    made = verification.generated(row["request"], shown, held, courtesies=polite)
    done = Done(
        text=made.text,
        quotes=made.quotes,
        abstained=made.abstained,
        support=made.support,
        replaced=not told,
    )
    scored = scores.score(done, row["response"], (number,), held, polite, learned)
    return SimpleNamespace(
        example=SimpleNamespace(answer=row["response"]), text=made.text, score=scored.as_dict()
    )
