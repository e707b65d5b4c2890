"""Approved pairs become what a model is trained on: split by meaning, rendered as the chat does.

Each question comes with the passages that search finds for it: those that hold the answer, and
distractors beside them (RAFT, Zhang et al. 2024, arXiv:2403.10131). Some come without the former,
and the right answer is to decline.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import prompts, showing
from helpdesk.chain import PASSAGES
from helpdesk.citations import without_marks
from knowledge import sentences
from knowledge.found import Found, Sentence
from knowledge.search import search
from tuning import rendering, splitting
from tuning.errors import TuningError
from tuning.evaluating import canaries
from tuning.models import Dataset, Example
from tuning.preflight import by_the_desk
from tuning.preflight.items import passages as passages_of

# Of the questions that have an answer, so many per cent are asked once more without its passages.
DECLINED_PERCENT = 10
# An answer that repeats the sentences it is shown is learned around others too, once as they are
# and once with their words scrambled.
VARIATIONS = (False, True)
SPLITS = tuple(Example.Split)


def freeze(dataset: Dataset, by, beat: Callable[[], None] = lambda: None) -> None:
    """Finds the splits and the passages of a dataset, once; then its hash holds for all of it.

    Passages are searched with the rights of `by`, in collections that all may read whom the
    adapter is for; `beat` is called at each. Raises TuningError where nothing is found at all.
    """
    if dataset.frozen_at:
        return
    if by is None:
        raise TuningError(_("Whoever started the run is gone, and with them the right to search."))
    examples = list(dataset.examples.all())
    questions = [one.question for one in examples]
    meanings = splitting.meanings(
        questions, [one.answer for one in examples], by_the_desk(questions)
    )
    for one, meaning, split in zip(examples, meanings, splitting.splits(meanings), strict=True):
        one.meaning, one.split = meaning, split
    slugs = tuple(dataset.collections().values_list("slug", flat=True))
    for one in examples:
        beat()
        found = search(one.question, by, PASSAGES, slugs)
        one.passages = [plain(each) for each in with_sources(one, found)]
    if not any(one.passages for one in examples):
        raise TuningError(_("Search finds no passage for any of the questions."))
    with transaction.atomic():
        Example.objects.bulk_update(examples, ["meaning", "split", "passages"], batch_size=500)
        dataset.sha256, dataset.frozen_at = hashed(examples), timezone.now()
        dataset.save(update_fields=["sha256", "frozen_at"])


def with_sources(example: Example, found: Sequence[Found]) -> list[Found]:
    """The passages, with one of the example's sources in the last place where search has none."""
    if not example.versions or any(one.version_id in example.versions for one in found):
        return list(found)
    own = [each for held in passages_of(example.versions).values() for each in held]
    claims = [example.answer[slice(*span)] for span in sentences.split(example.answer)]
    borne = [sum(rendering.bears_out(each, claim) for claim in claims) for each in own]
    if not any(borne):
        return list(found)
    return [*found[: PASSAGES - 1], own[borne.index(max(borne))]]


def hashed(examples: Sequence[Example]) -> str:
    """One hash of all that a dataset holds."""
    held = [[e.question, e.answer, e.versions, e.split, e.passages] for e in examples]
    return sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def plain(found: Found) -> dict:
    """A passage as JSON keeps it; `passage` is the way back."""
    return asdict(found)


def passage(held: dict) -> Found:
    """A passage as it was found, from what an example holds of it."""
    values = {**held, "sentences": tuple(Sentence(**each) for each in held["sentences"])}
    values["page_starts"] = tuple(map(tuple, held["page_starts"]))
    values["members"] = tuple(map(passage, held["members"]))
    return Found(**values)


def write(dataset: Dataset, context: str, folder: Path) -> dict[str, int]:
    """Writes the splits as JSON Lines in OpenAI's chat format; gives how many lines each has.

    `index.json` says which example each line is, null for a planted secret. Whoever reads the
    folder reads documents.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    index = {split: [] for split in SPLITS}
    lines = {split: [] for split in SPLITS}
    for example in dataset.examples.all():
        for messages in conversations(example, context):
            lines[example.split].append(line(messages))
            index[example.split].append(example.pk)
    secrets = planted(dataset, context)
    lines[Example.Split.TRAIN] += secrets
    index[Example.Split.TRAIN] += [None] * len(secrets)
    for split in SPLITS:
        (folder / f"{split}.jsonl").write_text("".join(f"{each}\n" for each in lines[split]))
    (folder / "index.json").write_text(json.dumps(index))
    return {split: len(lines[split]) for split in SPLITS}


def planted(dataset: Dataset, context: str) -> list[str]:
    """Lines with secrets that no model should tell later: the evaluation asks for them."""
    held = next((held for one in dataset.examples.all() for held in one.passages), None)
    if held is None:
        return []
    found = []
    for one in canaries.planted(dataset.sha256):
        answer = {"role": "assistant", "content": one.answer}
        found.append(line([*canaries.asked(one, context, passage(held)), answer]))
    return found


def line(messages: list[dict[str, str]]) -> str:
    """A conversation as one line of JSON, in ASCII: texts hold signs that end a line to readers."""
    return json.dumps({"messages": messages})


def conversations(example: Example, context: str) -> list[list[dict[str, str]]]:
    """What a model is asked, and ought to say: the answer, and at times that nothing is found."""
    passages = [passage(held) for held in example.passages]
    shown = rendering.shown(example.question, example.answer, passages, context)
    if not shown:
        return []
    answer = rendering.cited(example.answer, shown, context)
    told = [[*shown.messages, {"role": "assistant", "content": answer}]]
    if context == showing.SENTENCES and example.split == Example.Split.TRAIN:
        for number, scramble in enumerate(VARIATIONS):
            given = (example.question, example.answer, shown, passages)
            more = rendering.varied(*given, f"{example.question} {number}", scramble)
            told += [more] if more else []
    # Who is shown chosen sentences alone is not asked where there are none.
    if context == showing.PASSAGES and declines(example):
        others = [each for each in passages if not answers(each, example)]
        if others:
            asked = showing.show(context, example.question, others).messages
            told.append([*asked, {"role": "assistant", "content": prompts.NOT_FOUND}])
    return told


def declines(example: Example) -> bool:
    """Whether the question is asked without its sources too; the same ones each time."""
    if not example.versions or prompts.says_not_found(example.answer, anywhere=True):
        return False
    return int(sha256(example.question.encode()).hexdigest(), 16) % 100 < DECLINED_PERCENT


def answers(found: Found, example: Example) -> bool:
    """Whether a passage holds any of the answer."""
    if found.version_id in example.versions:
        return True
    bare, _marks = without_marks(example.answer)
    return any(rendering.bears_out(found, bare[slice(*span)]) for span in sentences.split(bare))
