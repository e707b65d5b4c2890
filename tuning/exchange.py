"""Pairs between the desk and a file of any format: what a row means, and who may bring it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from knowledge.models import Version
from tuning.errors import TuningError
from tuning.forms import MOST_CHARACTERS
from tuning.jsonl import Row
from tuning.models import QAPair

MOST_PAIRS = 10_000
MOST_BYTES = 20_000_000
TAG_CHARACTERS = 40
Status = QAPair.Status


def as_row(pair: QAPair) -> Row:
    """A pair as it is written to a file."""
    sources = tuple(sorted(reference(version) for version in pair.sources.all()))
    return Row(pair.question, pair.answer, tuple(pair.tags), sources, pair.status)


def rows(pairs) -> Iterator[Row]:
    """The pairs as rows of a file, in their order, read some hundred at a time."""
    related = pairs.order_by("pk").prefetch_related("sources__document__collection")
    return (as_row(pair) for pair in related.iterator(500))


def reference(version: Version) -> str:
    """How a file names a version: everyone/leave.pdf#2."""
    document = version.document
    return f"{document.collection.slug}/{document.name}#{version.number}"


def check(row: Row) -> None:
    """Raises TuningError, with a sentence, for a row that can't be a pair."""
    for name, text in ((_("question"), row.question), (_("answer"), row.answer)):
        if not text.strip():
            raise TuningError(_("The %(name)s is empty.") % {"name": name})
        if len(text) > MOST_CHARACTERS:
            told = _("The %(name)s is longer than %(most)d characters.")
            raise TuningError(told % {"name": name, "most": MOST_CHARACTERS})
    if any(unstorable(text) for text in (row.question, row.answer, *row.tags)):
        raise TuningError(_("It holds a character that no text may have."))
    if any(len(tag) > TAG_CHARACTERS or "," in tag or not tag.strip() for tag in row.tags):
        told = _("A tag has 1 to %(most)d characters, and no comma.")
        raise TuningError(told % {"most": TAG_CHARACTERS})
    if row.status and row.status not in Status.values:
        told = _("“%(status)s” is no status: choose %(known)s.")
        known = ", ".join(Status.values)
        raise TuningError(told % {"status": row.status[:30], "known": known})


def unstorable(text: str) -> bool:
    """Whether a text holds what the database can't: a zero, or half of a character."""
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


class Importer:
    """Brings rows in for one person, who must be able to read what they rest on."""

    def __init__(self, by, file_name: str = ""):
        self.by, self.file_name = by, file_name
        self.versions: dict[str, Version] = {}
        mine = QAPair.objects.visible_to(by)
        self.known = set(mine.order_by().values_list("question", "answer"))

    def is_known(self, row: Row) -> bool:
        """Whether the same pair is there already; it is not brought in twice."""
        return (row.question, row.answer) in self.known

    def status_of(self, row: Row) -> str:
        """Which status a row gets: nobody approves by a file what they may not approve by hand."""
        may_review = self.by.has_perm("tuning.review_qapair")
        if row.status == Status.APPROVED:
            own = self.by.has_perm("tuning.approve_own_qapair")
            return Status.APPROVED if may_review and own else Status.IN_REVIEW
        if row.status == Status.REJECTED and not may_review:
            return Status.DRAFT
        return row.status or Status.DRAFT

    def sources_of(self, row: Row) -> list[Version]:
        """The versions that a row names. Raises TuningError for one that is not to be found:
        without it the pair would lose the rights that it inherits."""
        return [self.version(name) for name in dict.fromkeys(row.sources)]

    def version(self, name: str) -> Version:
        if name not in self.versions:
            collection, _slash, rest = name.partition("/")
            document, _hash, number = rest.rpartition("#")
            wanted = {"document__collection__slug": collection, "document__name": document}
            counted = number.isdecimal() and len(number) < 10 and not unstorable(name)
            visible = Version.objects.visible_to(self.by)
            found = visible.filter(**wanted, number=int(number)).first() if counted else None
            if found is None:
                told = _("The source “%(name)s” is not there, or you may not read it.")
                raise TuningError(told % {"name": name[:200]})
            self.versions[name] = found
        return self.versions[name]

    def bring(self, row: Row) -> QAPair:
        """Makes the pair of a row that `check` let through, in the transaction under way."""
        sources, status = self.sources_of(row), self.status_of(row)
        pair = QAPair.make(
            row.question,
            row.answer,
            self.by,
            sources,
            row.tags,
            origin=QAPair.Origin.IMPORT,
            detail=self.file_name,
        )
        if status != Status.DRAFT:
            pair.submit(self.by)
        if status == Status.APPROVED:
            pair.approve(self.by)
        elif status == Status.REJECTED:
            pair.reject(self.by)
        self.known.add((row.question, row.answer))
        return pair
