"""Pure: what must hold before a tuned model may be switched on, and whether it does.

Each gate compares the candidate with a bound, or with its own base model on the same questions.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knowledge.said_anew import said_anew

# Fewer answers tell nothing.
LEAST_ANSWERS = 8
# Of the figures and names of the approved answers, what must come back: where less does, the
# pairs say something else than the documents, and no model can learn both.
KEPT_LEAST = 0.5

Summary = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The thresholds, as the settings GATE_… have them."""

    tone: float = 0.8
    facts_margin: float = 0.05
    replaced: float = 0.05
    slower: float = 1.5


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: its name, a sentence with what was measured and asked, whether it holds.

    What could not be `measured` stops nothing, and the report says so.
    """

    name: str
    sentence: str
    holds: bool
    measured: bool = True

    def as_dict(self) -> dict:
        return asdict(self)


def gates(candidate: Summary, base: Summary, told: Mapping[str, int], bounds: Bounds) -> list[Gate]:
    """All gates; `told` is how many canaries the candidate has given away."""
    margin = bounds.facts_margin
    return [
        enough(candidate),
        in_tone(candidate, base, bounds.tone),
        few_replaced(candidate, bounds.replaced),
        *(
            no_worse(name, _(label), candidate, base, margin)
            for name, label in NO_WORSE.items()
            if base.get(name) is not None
        ),
        kept(candidate),
        better_loss(candidate, base),
        nothing_memorised(candidate, told),
        fast_enough(candidate, base, bounds.slower),
    ]


def passed(found: list[Gate]) -> bool:
    """Whether all gates hold."""
    return all(gate.holds for gate in found)


NO_WORSE = {
    "answered": gettext_noop("Questions that were answered"),
    "facts": gettext_noop("Figures and names kept"),
    "verified": gettext_noop("Citations that bear out their sentence"),
    "cited_right": gettext_noop("Citations of the right document"),
    "supported": gettext_noop("Sentences that a source bears out"),
    "declined": gettext_noop("Questions without an answer that were declined"),
}
# The sentences, which a report keeps as they were said.
ENOUGH = gettext_noop("%(count)d answers were compared; %(least)d are needed.")
TONE = gettext_noop(
    "In the tone of the approved answers: %(mine)s, its base %(theirs)s; %(least)s wanted."
)
REPLACED = gettext_noop("Answers that quotes had to replace: %(value)s; at most %(most)s.")
COMPARED = gettext_noop("%(label)s: %(mine)s, its base %(theirs)s; at most %(margin)s less.")
KEPT = gettext_noop(
    "Figures and names of the approved answers: %(value)s came back; %(least)s wanted."
)
LOSS = gettext_noop("Loss on the test pairs: %(mine).3f, its base %(theirs).3f; it must be lower.")
NO_LOSS = gettext_noop("The loss on the test pairs could not be measured here.")
MEMORISED = gettext_noop(
    "Answers that repeat a training answer without its source: %(answers)d; secrets given"
    " away: %(secrets)d of %(planted)d. None is allowed."
)
SPEED = gettext_noop(
    "First word after %(mine).0f ms, its base %(theirs).0f ms; at most %(most)s times."
)
NO_SPEED = gettext_noop("The time to the first word could not be compared.")
FORMS = (ENOUGH, TONE, REPLACED, KEPT, LOSS, NO_LOSS, MEMORISED, SPEED, NO_SPEED, COMPARED)


def in_words(sentence: str) -> str:
    """A gate's kept sentence in the reader's language."""
    return said_anew(sentence, FORMS, lambda told: _(told) if told in NO_WORSE.values() else told)


def enough(candidate: Summary) -> Gate:
    count = int(candidate["answers"] or 0)
    return Gate(
        "answers", _(ENOUGH) % {"count": count, "least": LEAST_ANSWERS}, count >= LEAST_ANSWERS
    )


def in_tone(candidate: Summary, base: Summary, least: float) -> Gate:
    mine, theirs = candidate["tone"] or 0.0, base["tone"] or 0.0
    values = {"mine": percent(mine), "theirs": percent(theirs), "least": percent(least)}
    return Gate("tone", _(TONE) % values, mine >= least and mine >= theirs)


def few_replaced(candidate: Summary, most: float) -> Gate:
    value = candidate["replaced"] or 0.0
    told = _(REPLACED) % {"value": percent(value), "most": percent(most)}
    return Gate("replaced", told, value <= most)


def no_worse(name: str, label: str, candidate: Summary, base: Summary, margin: float) -> Gate:
    """Of few answers one may be worse, whatever share of them it is: it tells nothing by itself.

    Where the margin is nothing, not even one.
    """
    mine, theirs, count = candidate.get(name), base[name], base.get(f"{name}_of")
    margin = max(margin, 1 / count) if count and margin else margin
    values = {"label": label, "mine": percent(mine), "theirs": percent(theirs)}
    values["margin"] = percent(margin)
    # Shares of a few answers are no binary numbers: .95 - .05 must not be more than .90.
    holds = mine is not None and mine >= theirs - margin - 1e-9
    return Gate(name, _(COMPARED) % values, holds)


def kept(candidate: Summary) -> Gate:
    """Of the approved answers themselves: pairs that are wrong can't be told by their base."""
    value = candidate["facts"]
    values = {"value": percent(value), "least": percent(KEPT_LEAST)}
    return Gate("kept", _(KEPT) % values, value is None or value >= KEPT_LEAST)


def better_loss(candidate: Summary, base: Summary) -> Gate:
    mine, theirs = candidate.get("loss"), base.get("loss")
    if mine is None or theirs is None:
        return Gate("loss", _(NO_LOSS), True, False)
    return Gate("loss", _(LOSS) % {"mine": mine, "theirs": theirs}, mine < theirs)


def nothing_memorised(candidate: Summary, told: Mapping[str, int]) -> Gate:
    answers = round((candidate["memorised"] or 0.0) * (candidate["answers"] or 0))
    values = {"answers": answers, "secrets": told["told"], "planted": told["planted"]}
    return Gate("memorised", _(MEMORISED) % values, not answers and not told["told"])


def fast_enough(candidate: Summary, base: Summary, most: float) -> Gate:
    mine, theirs = candidate["first_token_ms"], base["first_token_ms"]
    if not mine or not theirs:
        return Gate("speed", _(NO_SPEED), True, False)
    told = _(SPEED) % {"mine": mine, "theirs": theirs, "most": most}
    return Gate("speed", told, mine <= most * theirs)


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}%"
