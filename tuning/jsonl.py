"""Pairs as lines of JSON in OpenAI's chat format, in and out.

One line a pair: {"messages": [{"role": "user", …}, {"role": "assistant", …}], "metadata": {…}}. The
metadata carries what other programs do not know: status, tags, and sources. A line without it is a
pair too; a system message is left out, for the desk has its own.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuning.errors import TuningError

ROLES = ["user", "assistant"]
SILENT = {"system", "developer"}
# So many bad lines are told of.
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A pair as it stands in a file; `sources` are named as in everyone/leave.pdf#2."""

    question: str
    answer: str
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    status: str = ""


def write(rows: Iterable[Row], plain: bool = False) -> bytes:
    """The lines, as UTF-8; `plain` ones without metadata, for whoever takes messages alone."""
    lines = (json.dumps(as_line(row, plain), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def as_line(row: Row, plain: bool) -> dict:
    texts = zip(ROLES, (row.question, row.answer), strict=True)
    line = {"messages": [{"role": role, "content": text} for role, text in texts]}
    if plain:
        return line
    known = {"status": row.status, "tags": list(row.tags), "sources": list(row.sources)}
    return line | {"metadata": known}


def read(data: bytes) -> list[Row]:
    """The pairs of a file. Raises TuningError with the numbers of the lines that are none."""
    rows, wrong = [], []
    # Not splitlines: a text may hold signs that are line ends to it, but not to JSON.
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(as_row(line))
        except TuningError as error:
            told = _("Line %(number)d: %(error)s")
            wrong.append(told % {"number": number, "error": error})
    if wrong:
        more = ""
        if len(wrong) > MOST_TOLD:
            more = " " + _("… and %(count)d more.") % {"count": len(wrong) - MOST_TOLD}
        raise TuningError(" ".join(wrong[:MOST_TOLD]) + more)
    return rows


def as_row(line: bytes) -> Row:
    """One line as a pair. Raises TuningError."""
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError:
        raise TuningError(_("It is not UTF-8 text.")) from None
    except (ValueError, RecursionError) as error:
        # The parser's own words, for whoever wrote the file.
        told = f": {error.msg}, column {error.colno}" if hasattr(error, "colno") else ""
        raise TuningError(_("It is no JSON") + f"{told}.") from None
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(messages, list):
        raise TuningError(_('It has no list of "messages".'))
    question, answer = texts(messages)
    known = value.get("metadata") or {}
    if not isinstance(known, dict):
        raise TuningError(_('Its "metadata" is no object.'))
    tags, sources = (strings(known, name) for name in ("tags", "sources"))
    status = known.get("status") or ""
    if not isinstance(status, str):
        raise TuningError(_('Its "status" is no text.'))
    return Row(question, answer, tags, sources, status)


def texts(messages: list) -> tuple[str, str]:
    """The question and the answer. Raises TuningError for any other conversation."""
    if not all(isinstance(one, dict) and isinstance(one.get("role"), str) for one in messages):
        raise TuningError(_("A message is an object with a role and a content."))
    spoken = [one for one in messages if one["role"] not in SILENT]
    if [one["role"] for one in spoken] != ROLES:
        told = _("A pair is one message of the user and one of the assistant; this has: %(roles)s.")
        raise TuningError(told % {"roles": ", ".join(one["role"][:20] for one in spoken[:6])})
    question, answer = (text(one.get("content")) for one in spoken)
    return question, answer


def text(content) -> str:
    """What a message says, as a text or as parts of text. Raises TuningError for anything else."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and content:
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        if len(parts) == len(content) and all(isinstance(part, str) for part in parts):
            return "".join(parts)
    raise TuningError(_("A message's content is no text."))


def strings(known: dict, name: str) -> tuple[str, ...]:
    found = known.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TuningError(_('Its "%(name)s" are no list of texts.') % {"name": name})
    return tuple(found)
