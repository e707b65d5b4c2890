"""Pure: whether two questions ask the same in much the same words.

Embeddings can't tell: with the shipped model “… a part-time employee?” is nearer to “… a full-time
employee?” than most paraphrases are. So the words that carry the matter must be the same ones, and
the kind of the question, what it names and its figures too.
"""

import re
from functools import lru_cache

from knowledge.terms import terms

# What a question may hold or lack and still be the same.
EMPTY = terms(
    "please hello hi thanks thank know wonder wondering question s m ll ve re each every per one"
    " exactly currently still now last do does was be been let me some with me"
) | {"eur", "euro", "last"}
# The first that occurs names the kind.
KINDS = (
    ("until", r"until when|till when|by when"),
    ("before", r"how long before|how far ahead"),
    ("since", r"since when|from when"),
    ("number", r"how many|how much|what(?:'s| is) the number"),
    ("long", r"how long"),
    ("often", r"how often"),
    ("why", r"why"),
    ("who", r"who|whom|whose"),
    ("where", r"where"),
    ("how", r"how"),
    ("what", r"what|which"),
    ("when", r"when"),
)
KIND = [(name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in KINDS]
# "When I resign, …" gives the circumstances and does not ask when.
CLAUSE = re.compile(r"\b(?:when|if)\s+(?:i|we|you|my|our|someone|somebody)(?:'m|'re)?\b", re.I)
DUTY = re.compile(r"\b(?:must|should|shall|need|needs|ought|required|ha(?:ve|s) to)\b", re.I)
NUMBER = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
# Names and figures, whose order may matter: from Cork to Dublin.
PARTICULAR = re.compile(r"(?<=[^.?!:]\s)[A-Z][\w-]+|\d[\d.,]*")


@lru_cache(maxsize=10_000)
def said(question: str) -> tuple:
    """What must be the same: the kind, whether it asks for a duty, the words, the particulars."""
    text = NUMBER.sub("", " ".join(question.replace("’", "'").split()))
    asked = CLAUSE.sub(" ", text)
    kind = next((name for name, pattern in KIND if pattern.search(asked)), "whether")
    duty = kind in ("whether", "number") and bool(DUTY.search(text))
    words = frozenset(terms(text.lower().replace("payslip", "pay slip")) - EMPTY)
    return kind, duty, words


def particulars(question: str) -> list[str]:
    return [one.strip(".,").lower() for one in PARTICULAR.findall(NUMBER.sub("", question))]


def same(one: str, other: str) -> bool:
    """Whether two questions differ by their courtesies, endings and order of words alone."""
    if said(one) != said(other):
        return False
    first, second = particulars(one), particulars(other)
    # Who types all in small letters names nothing that could be compared.
    return first == second or not first or not second
