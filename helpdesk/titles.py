"""Pure: a conversation's title out of its first question, or out of what a model says to it."""

import re

from helpdesk import greetings

TITLE_CHARS = 60
# What people write before they come to the point, in the two languages of the desk.
OPENINGS = [
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|dear (?:all|team|help ?desk)|thanks)"
    r"(?: there| all| team| everyone)?\s*[,.!–-]*\s+",
    r"(?:hallo|guten (?:tag|morgen|abend)|moin|liebes team)(?: zusammen)?\s*[,.!–-]*\s+",
    r"(?:please|bitte)\s*,?\s+",
    r"(?:can|could|would|will) (?:you|somebody|someone) (?:please |kindly )?"
    r"(?:tell|explain to|let) me(?: know)?(?: please)?\s*[,:]?\s+",
    r"(?:do|does) (?:you|anybody|anyone) know\s*,?\s+",
    r"i (?:would|'d|’d) like to (?:know|ask)\s*[,:]?\s+|i (?:want|need) to know\s*[,:]?\s+",
    r"(?:i have|i've got|i’ve got) a question(?: about [\w ]{1,40})?\s*[:.,]\s+",
    r"(?:kannst du|können sie|könntest du|könnten sie) mir (?:bitte )?sagen\s*,?\s+",
    r"ich (?:möchte|würde gerne?|wüsste gerne?) (?:bitte )?(?:wissen|fragen)\s*[,:]?\s+",
    r"(?:tell me|let me know)\s*[,:]?\s+",
]
OPENING = re.compile("|".join(f"(?:{one})" for one in OPENINGS), re.IGNORECASE)
# Up to the end of a sentence; a full stop within a number or an abbreviation is none.
SENTENCE = re.compile(r".+?(?:[?!]+|(?<!\b\w)(?<!\d)\.(?=\s+[A-ZÄÖÜ]|\s*$)|$)")
WHOLE_WORDS = re.compile(rf".{{{TITLE_CHARS // 2},{TITLE_CHARS - 1}}}\b")
LABEL = re.compile(r"^(?:title|titel)\s*:\s*", re.IGNORECASE)
QUOTES = "\"'“”„‘’«»`*#_ "
SAID_CHARS = 80


def of(question: str) -> str:
    """A short, readable title of a question: its first sentence that asks, without the greeting."""
    whole = " ".join(question.split())
    # Of “Hi there” nothing is left without the greeting.
    if greetings.recognised(whole):
        return shortened(whole[:1].upper() + whole[1:])
    text = bare(whole)
    said = [bare(match.group().strip()) for match in SENTENCE.finditer(text)]
    asking = [one for one in said if one.endswith("?")]
    best = next((one for one in [*asking, *said] if len(one) > 3), text)
    return shortened(best[:1].upper() + best[1:])


def bare(sentence: str) -> str:
    """A sentence without what stands before its point."""
    while match := OPENING.match(sentence):
        sentence = sentence[match.end() :]
    return sentence.strip()


def shortened(text: str) -> str:
    """`text` up to the end of a word, with a sign where something is left out."""
    if len(text) <= TITLE_CHARS:
        return text.rstrip(" .,;:")
    whole = WHOLE_WORDS.match(text)
    return (whole[0] if whole else text[: TITLE_CHARS - 1]).rstrip(" .,;:–-") + "…"


def said(reply: str) -> str:
    """The title in a model's reply; "" where it says something else."""
    lines = reply.rpartition("</think>")[2].strip().splitlines()
    text = " ".join(LABEL.sub("", lines[0].strip(QUOTES)).strip(QUOTES).split()) if lines else ""
    return text.rstrip(".") if len(lines) == 1 and 3 <= len(text) <= SAID_CHARS else ""
