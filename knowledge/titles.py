"""What a document is called: the title in its file where it is one, else the file's name."""

import re
from pathlib import Path

LONGEST = 255
# What programs write where nobody gave a title.
NAMELESS = re.compile(
    r"\(?(?:untitled|unnamed|unbenannt|anonymous|no title|(?:new )?document|(?:powerpoint )?"
    r"presentation|spreadsheet)\)?(?: (?:document|spreadsheet|presentation))?[ \d()]*",
    re.IGNORECASE,
)
PROGRAM = re.compile(r"(?:microsoft|ms) (?:office )?(?:word|powerpoint|excel) - ", re.IGNORECASE)
# A file's name is no title; the one that it has now says more than the one that it once had.
FILE_NAME = re.compile(
    r"\S.*\.(?:docx?|dotx?|pptx?|xlsx?|od[tsp]|rtf|pdf|txt|md|html?|indd|jpe?g|png|tiff?)",
    re.IGNORECASE,
)


def own(title: str) -> str:
    """The title that a file holds; "" for none, and for what a program put in its place."""
    title = PROGRAM.sub("", title.replace("\0", " ").strip(), count=1).strip()
    return "" if NAMELESS.fullmatch(title) or FILE_NAME.fullmatch(title) else title[:LONGEST]


def words(name: str) -> str:
    """A file's name as a title: "site-rules.pdf" is "Site rules"."""
    text = Path(name).stem.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]
