"""Pure: a search query for a question that leans on the conversation before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpdesk.events import Turn

# So much of the last answer tells what the conversation is about.
ANSWER_CHARS = 200
# What the second and the third query count beside the first; docs/answers.md says how it was
# measured.
SECOND, THIRD = 0.5, 0.25
# A question of at most so many words that names nothing of its own is taken for a follow-up.
SHORT = 4
OPENING = re.compile(
    r"^\s*(?:and|but|or|so|also|then|what about|how about|what if|why|why not|really|since when"
    r"|und|aber|was ist mit)\b",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|this|these|those|one|ones|there|he|she|his|her|him"
    r"|the same|the former|the latter|instead|otherwise|else)\b",
    re.IGNORECASE,
)
# "Is there …" points at nothing, and neither does "that" before a clause of its own.
EMPTY = re.compile(
    r"\b(?:is|are|was|were|will|if) there\b|\bthere (?:is|are|was|were|a|an|any)\b"
    r"|\bthis (?:year|month|week)\b|\bone of\b|\bso that\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w[\w'’-]*")
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a an the is are was were be do does did can could may might must shall should will would
    have has had i me my we our us you your he she it its they them their this that these those
    what when where who whom which why how much many long often far soon and or but so if of in
    on at to for from by with about as not no yes any some more less please also then there here
    one up out
    """,
    )
)


def looks_like_follow_up(question: str) -> bool:
    """Whether `question` points back at something that was said before."""
    words = WORD.findall(question.lower())
    own = [word for word in words if word not in FUNCTION_WORDS]
    if OPENING.search(question) and len(words) <= 3 * SHORT:
        return True
    if POINTING.search(EMPTY.sub(" ", question)) and len(own) <= SHORT:
        return True
    return len(words) <= SHORT and len(own) <= 1


def last_question(history: Sequence[Turn]) -> str:
    """What the person asked last, "" where nothing was asked."""
    return next((turn.text for turn in reversed(history) if turn.role == "user"), "")


def contextual_query(question: str, history: Sequence[Turn]) -> str:
    """`question`, and before it the last question that stood alone if this one does not.

    The questions between the two are left in: a follow-up to a follow-up narrows both.
    """
    if not history or not looks_like_follow_up(question):
        return question
    asked: list[str] = []
    for turn in reversed(history):
        if turn.role == "user":
            asked.append(turn.text)
            if not looks_like_follow_up(turn.text):
                break
    return " ".join([*reversed(asked), question])


def queries(question: str, history: Sequence[Turn], sure: float) -> list[tuple[str, float]]:
    """What is searched for after `history`, which holds a question, with the weights of a sum.

    The first is what the question means: itself or, where it leans on the one before, both. `sure`
    says how sure the question alone finds its answer, from 0 to 1: the surer, the less counts what
    was said before, so that a new subject is not drawn back to the old one.
    """
    last = last_question(history)
    answered = next((turn.text for turn in reversed(history) if turn.role == "assistant"), "")
    with_answer = f"{last} {question} {answered[:ANSWER_CHARS]}".strip()
    if looks_like_follow_up(question):
        together = contextual_query(question, history)
        return [(together, 1.0), (question, SECOND), (with_answer, THIRD)]
    unsure = 1 - sure
    together = f"{last} {question}"
    return [(question, 1.0), (together, SECOND * unsure), (with_answer, THIRD * unsure)]
