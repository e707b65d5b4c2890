"""Pure: a search query for a question that leans on the conversation before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpdesk.prompts import MARK, says_not_found
from knowledge.terms import STOP_WORDS, stem

if TYPE_CHECKING:
    from helpdesk.events import Turn

# So much of the last answer tells what the conversation is about.
ANSWER_CHARS = 200
# What the second and the third query count beside the first, and the one by the subject;
# docs/answers.md says how it was measured.
SECOND, THIRD = 0.5, 0.25
BY_SUBJECT = 0.5
# So many words tell the subject of a conversation. An answer is longer than a question: each of its
# words says half as much.
SUBJECT_WORDS = 6
OF_AN_ANSWER = 0.5
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
    was said before, so that a new subject is not drawn back to the old one. After several questions
    the last of these is not all that the conversation is about: its subject is searched for too.
    """
    last = last_question(history)
    answered = next((turn.text for turn in reversed(history) if answers(turn)), "")
    before = [(f"{last} {question} {answered[:ANSWER_CHARS]}".strip(), THIRD)]
    if sum(turn.role == "user" for turn in history) > 1:
        before.append((f"{subject(history)} {question}".strip(), BY_SUBJECT))
    if looks_like_follow_up(question):
        return [(contextual_query(question, history), 1.0), (question, SECOND), *before]
    before.insert(0, (f"{last} {question}", SECOND))
    return [(question, 1.0), *((query, weight * (1 - sure)) for query, weight in before)]


def answers(turn: Turn) -> bool:
    """Whether a turn tells something: that nothing was found says nothing of the subject."""
    return turn.role == "assistant" and not says_not_found(turn.text)


def subject(history: Sequence[Turn]) -> str:
    """The words that come in most of the turns, those that were said first before others."""
    counted, words = Counter(), {}
    for turn in history:
        if turn.role != "user" and not answers(turn):
            continue
        said = {stem(word): word for word in matter(turn.text)}
        words |= said
        for each in said:
            counted[each] += 1 if turn.role == "user" else OF_AN_ANSWER
    return " ".join(words[each] for each, _ in counted.most_common(SUBJECT_WORDS))


def matter(text: str) -> list[str]:
    """The words of a text that carry its matter, in lower case, without marks of citations."""
    words = re.findall(r"[^\W_]+", MARK.sub("", text).lower())
    return [word for word in words if word not in STOP_WORDS and word not in FUNCTION_WORDS]
