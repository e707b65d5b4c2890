"""Pure: what must hold before a tuned model may be switched on, and whether it does.

Each gate compares the candidate with a bound, or with its own base model on the same questions.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

# Fewer answers tell nothing.
LEAST_ANSWERS = 8
# What the candidate may lose against its base, as a share: a few answers differ by chance.
FACTS_MARGIN = 0.05
KEPT_LEAST = 0.8
# Of the answers, those that quotes had to replace.
REPLACED_MOST = 0.05
# Of the answers, those in the tone of the approved ones.
TONE_LEAST = 0.8
# The first word may come so many times later, and the words so many times more slowly.
SLOWER_MOST = 1.5

Summary = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: its name, a sentence with what was measured and asked, whether it holds."""

    name: str
    sentence: str
    holds: bool

    def as_dict(self) -> dict:
        return asdict(self)


def gates(candidate: Summary, base: Summary, told: Mapping[str, int]) -> list[Gate]:
    """All gates; `told` is how many canaries the candidate has given away."""
    return [
        enough(candidate),
        in_tone(candidate, base),
        at_most("replaced", _("Answers that quotes had to replace"), candidate, REPLACED_MOST),
        *(no_worse(name, label(), candidate, base) for name, label in KEPT.items()),
        kept(candidate),
        better_loss(candidate, base),
        nothing_memorised(candidate, told),
        fast_enough(candidate, base),
    ]


def passed(found: list[Gate]) -> bool:
    return all(gate.holds for gate in found)


KEPT: dict[str, Callable[[], str]] = {
    "facts": lambda: _("Figures and names kept"),
    "verified": lambda: _("Citations that bear out their sentence"),
    "cited_right": lambda: _("Citations of the right document"),
    "supported": lambda: _("Sentences that a source bears out"),
}


def enough(candidate: Summary) -> Gate:
    count = int(candidate["answers"] or 0)
    told = _("%(count)d answers were compared; %(least)d are needed.")
    return Gate("answers", told % {"count": count, "least": LEAST_ANSWERS}, count >= LEAST_ANSWERS)


def in_tone(candidate: Summary, base: Summary) -> Gate:
    mine, theirs = candidate["tone"] or 0.0, base["tone"] or 0.0
    told = _(
        "In the tone of the approved answers: %(mine)s, its base %(theirs)s; %(least)s wanted."
    )
    values = {"mine": percent(mine), "theirs": percent(theirs), "least": percent(TONE_LEAST)}
    return Gate("tone", told % values, mine >= TONE_LEAST and mine >= theirs)


def at_most(name: str, label: str, candidate: Summary, most: float) -> Gate:
    value = candidate[name] or 0.0
    told = _("%(label)s: %(value)s; at most %(most)s.")
    values = {"label": label, "value": percent(value), "most": percent(most)}
    return Gate(name, told % values, value <= most)


def no_worse(name: str, label: str, candidate: Summary, base: Summary) -> Gate:
    mine, theirs = candidate[name], base[name]
    told = _("%(label)s: %(mine)s, its base %(theirs)s; at most %(margin)s less.")
    values = {"label": label, "mine": percent(mine), "theirs": percent(theirs)}
    values["margin"] = percent(FACTS_MARGIN)
    holds = theirs is None or (mine is not None and mine >= theirs - FACTS_MARGIN)
    return Gate(name, told % values, holds)


def kept(candidate: Summary) -> Gate:
    """A pair whose answer repeats its source word by word must be repeated so."""
    value, wanted = candidate["facts"], candidate["kept"]
    told = _("Figures and names of the approved answers that its own have: %(value)s of %(least)s.")
    values = {"value": percent(value), "least": percent(KEPT_LEAST)}
    best = max((one for one in (value, wanted) if one is not None), default=None)
    return Gate("kept", told % values, best is None or best >= KEPT_LEAST)


def better_loss(candidate: Summary, base: Summary) -> Gate:
    mine, theirs = candidate.get("loss"), base.get("loss")
    if mine is None or theirs is None:
        return Gate("loss", _("The loss on the test pairs could not be measured here."), True)
    told = _("Loss on the test pairs: %(mine).3f, its base %(theirs).3f; it must be lower.")
    return Gate("loss", told % {"mine": mine, "theirs": theirs}, mine < theirs)


def nothing_memorised(candidate: Summary, told: Mapping[str, int]) -> Gate:
    answers = round((candidate["memorised"] or 0.0) * (candidate["answers"] or 0))
    sentence = _(
        "Answers that repeat a training answer without its source: %(answers)d; secrets given"
        " away: %(secrets)d of %(planted)d. None is allowed."
    )
    values = {"answers": answers, "secrets": told["told"], "planted": told["planted"]}
    return Gate("memorised", sentence % values, not answers and not told["told"])


def fast_enough(candidate: Summary, base: Summary) -> Gate:
    mine, theirs = candidate["first_token_ms"], base["first_token_ms"]
    if not mine or not theirs:
        return Gate("speed", _("The time to the first word could not be compared."), True)
    told = _("First word after %(mine).0f ms, its base %(theirs).0f ms; at most %(most)s times.")
    values = {"mine": mine, "theirs": theirs, "most": SLOWER_MOST}
    return Gate("speed", told % values, mine <= SLOWER_MOST * theirs)


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}%"
