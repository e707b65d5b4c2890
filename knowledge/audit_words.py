"""What the audit trail tells, in the reader's language; it is kept in the words that are here."""

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from knowledge.error_words import said
from knowledge.models import AuditEntry
from knowledge.models.versions import covered
from knowledge.said_anew import said_anew

FORMS = (
    gettext_noop("answers from %(first)s until %(last)s"),
    gettext_noop("owner: %(owner)s; review: %(day)s"),
    gettext_noop("reviewed; next review: %(day)s"),
    gettext_noop("made; read by %(readers)s; kept by %(keepers)s"),
    gettext_noop("read by %(readers)s; kept by %(keepers)s"),
    gettext_noop("began to build: index %(number)s, %(model)s"),
    gettext_noop("built: index %(number)s, %(model)s"),
    gettext_noop("failed: %(why)s: index %(number)s, %(model)s"),
    gettext_noop("cancelled the building: index %(number)s, %(model)s"),
    gettext_noop("resumed the building: index %(number)s, %(model)s"),
    gettext_noop("switched to: index %(number)s, %(model)s"),
    gettext_noop("discarded: index %(number)s, %(model)s"),
    gettext_noop("%(account)s: %(count)s tries to sign in"),
)
WORDS = (
    gettext_noop("at once"),
    gettext_noop("for ever"),
    gettext_noop("nobody"),
    gettext_noop("never"),
    gettext_noop("everyone"),
    gettext_noop("all who may read it"),
)
COVERAGE = re.compile(r"(\d+) of (\d+) pages? ha(?:s|ve) text")
# What fell with a document that was deleted.
FALLEN = re.compile(r"\d+ [^\d,]+(, \d+ [^\d,]+)*")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def in_words(entry: AuditEntry) -> str:
    """The detail of an entry in the active language; as it is kept where no form fits it."""
    detail = entry.detail
    if entry.action == AuditEntry.Action.FAILED:
        return said(detail)
    if counted := COVERAGE.fullmatch(detail):
        return covered(*map(int, counted.groups()))
    if FALLEN.fullmatch(detail):
        return ", ".join(map(fallen, detail.split(", ")))
    return said_anew(detail, FORMS, word)


def fallen(part: str) -> str:
    """A count with the noun behind it."""
    count, _, noun = part.partition(" ")
    return f"{count} {gettext(noun)}"


def word(value: str) -> str:
    """A value that was filled in: a day as the reader writes it, a word that is known, a name."""
    if DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), gettext("j F Y"))
    return gettext(value) if value in WORDS else said(value)
