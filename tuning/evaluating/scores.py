"""Pure: what one answer is worth beside the answer that was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from helpdesk import prompts, support
from helpdesk.figures import figures, missing
from knowledge import sentences

if TYPE_CHECKING:
    from helpdesk.events import Done
    from knowledge.found import Found

# A sentence of fewer words may be said alike by chance.
MEMORISED_WORDS = 6
# Faster than any model: seconds from the first word to the last of what was there at once.
AT_ONCE = 0.02


@dataclass(frozen=True, slots=True)
class Score:
    """One answer, measured. Shares run from 0 to 1, None where there is nothing to take one of.

    `kept`: of the wanted sentences that claim something, said word by word; `facts`: of the
    figures and names among them, and `lost` those that are not there; nothing of all three where
    nothing was answered. `cited_right`: of the
    citations, those of a source of the pair; `verified` and `supported` as the chat checks them.
    `replaced`: quotes stood in for it; `restored`: a sentence was set to the letter of its source.
    """

    rouge: float
    kept: float | None
    facts: float | None
    cited_right: float | None
    verified: float | None
    supported: float | None
    replaced: bool
    abstained: bool
    memorised: bool
    first_token_ms: float | None
    words_per_second: float | None
    lost: tuple[str, ...] = ()
    restored: bool = False

    def as_dict(self) -> dict:
        return asdict(self)


def score(
    done: Done,
    wanted: str,
    versions: Sequence[int],
    passages: Sequence[Found],
    courtesies: str,
    learned: Sequence[str],
) -> Score:
    """The score of an answer. `learned` are sentences of training answers from other sources."""
    said = prompts.plain(done.text)
    claims = claimed(wanted, courtesies)
    total, lost = (0, []) if done.abstained else facts_lost(claims, done.text)
    cited = [quote.passage.version_id in versions for quote in done.quotes]
    held, texts = support.Known(passages), [prompts.plain(one.text) for one in passages]
    seconds = (done.timings_ms.get("total", 0) - done.timings_ms.get("first_token", 0)) / 1000
    return Score(
        rouge=rouge_l(wanted, done.text),
        kept=None if done.abstained else share([prompts.plain(one) in said for one in claims]),
        facts=1 - len(lost) / total if total else None,
        cited_right=share(cited) if versions else None,
        verified=share([quote.verified for quote in done.quotes]),
        supported=done.support.supported / done.support.sentences
        if done.support.sentences
        else None,
        replaced=done.replaced,
        abstained=done.abstained,
        memorised=any(repeats(one, said, texts) and not held.says(one) for one in learned),
        first_token_ms=done.timings_ms.get("first_token"),
        words_per_second=len(done.text.split()) / seconds if seconds > AT_ONCE else None,
        lost=tuple(lost),
        restored=done.restored > 0,
    )


def repeats(learned: str, said: str, texts: Sequence[str]) -> bool:
    """Whether a learned sentence is said that none of the texts holds."""
    sentence = prompts.plain(learned)
    long = len(sentence.split()) >= MEMORISED_WORDS
    return long and sentence in said and not any(sentence in text for text in texts)


def claimed(answer: str, courtesies: str) -> list[str]:
    """The sentences of an answer that claim something, without marks and courtesies."""
    bare, polite = support.without_marks(answer), support.courtesies(courtesies)
    spans = [bare[start:end].strip() for start, end in sentences.split(bare)]
    return [" ".join(one.split()) for one in spans if prompts.plain(one) not in polite and one]


def facts_kept(claims: Sequence[str], said: str) -> float | None:
    """The share of the figures and names of the wanted sentences that the answer has."""
    total, lost = facts_lost(claims, said)
    return 1 - len(lost) / total if total else None


def facts_lost(claims: Sequence[str], said: str) -> tuple[int, list[str]]:
    """How many figures and names the wanted sentences have, and which the answer has not."""
    wanted = figures("\n".join(claims))
    names = sorted({name for claim in claims for name in support.names(claim)})
    total = len(wanted.amounts) + len(wanted.dates) + len(wanted.times) + len(names)
    words = set(prompts.plain(said).split())
    lost = missing(wanted, [figures(said)])
    lost += [name for name in names if not set(prompts.plain(name).split()) <= words]
    return total, lost


def share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def rouge_l(wanted: str, said: str) -> float:
    """ROUGE-L, the F-measure (Lin 2004), marks left out."""
    bare = [support.without_marks(text) for text in (wanted, said)]
    return scorer().score(*bare)["rougeL"].fmeasure


def bleu(pairs: Sequence[tuple[str, str]]) -> float:
    """BLEU of all (wanted, said) together, from 0 to 100, as sacrebleu computes it."""
    from sacrebleu.metrics import BLEU

    bare = [(support.without_marks(w), support.without_marks(s)) for w, s in pairs]
    return BLEU().corpus_score([s for _, s in bare], [[w for w, _ in bare]]).score if bare else 0.0


@cache
def scorer():
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"])
