"""How a document stands: its newest version, and in words what that does, waits for, or lacks."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knowledge import queueing
from knowledge.models import Document, Version

Status = Version.Status
# Warnings that are shown at once; the rest is a click away.
WARNINGS = 2


@dataclass(slots=True)
class Standing:
    """A document and its newest version, as a row of the list and its own page show them."""

    document: Document
    version: Version | None
    older: Version | None = None
    elapsed: str = ""
    said: str = ""
    trouble: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def first_warnings(self) -> list[str]:
        return self.warnings[:WARNINGS]

    @property
    def more_warnings(self) -> list[str]:
        return self.warnings[WARNINGS:]

    def __repr__(self):
        """All that can be seen of it: two of the same look are equal in a fingerprint."""
        version = self.version
        looks = [self.document.pk, str(self.document), self.elapsed, self.said, self.trouble]
        looks += [self.warnings, self.older and self.older.pk, self.document.review_on]
        if version:
            looks += [version.pk, version.status, version.progress, version.pages]
            looks += [version.passage_count, version.error]
        return repr(looks)


def standing(pairs: list[tuple[Document, Version | None]]) -> list[Standing]:
    """The documents as they stand, each with its newest version. One look at the queue for all."""
    queue = queueing.look([one.pk for _, one in pairs if one and not one.finished])
    return [told(document, version, queue) for document, version in pairs]


def told(document, version, queue: queueing.Queue) -> Standing:
    if version is None:
        return Standing(document, None)
    current = document.current
    return Standing(
        document,
        version,
        older=current if current and current.pk != version.pk else None,
        elapsed=elapsed(version),
        said=sentence(version) if version.finished else place(version, queue),
        trouble=trouble(version, queue),
        warnings=version.warning.splitlines(),
    )


def sentence(version: Version) -> str:
    """What the badge does not say: from when, until when, and what may still come."""
    if version.status == Status.SCHEDULED:
        return gettext("Answers from %(day)s") % {"day": day(version.effective_from)}
    if version.status == Status.READY and version.expires_on:
        return gettext("Answers until %(day)s") % {"day": day(version.expires_on)}
    if version.status == Status.EXPIRED:
        return gettext("Answered until %(day)s, and no more") % {"day": day(version.expires_on)}
    return {
        Status.WITHDRAWN: _("Answers no more, until it is restored"),
        Status.CANCELLED: _("Stopped, or let go, before it answered"),
    }.get(version.status, "")


def place(version: Version, queue: queueing.Queue) -> str:
    """Where an unfinished version stands in the queue."""
    return "" if trouble(version, queue) else capfirst(queue.said(version.pk))


def trouble(version: Version, queue: queueing.Queue) -> str:
    """Why the work stands still, and what comes of it; "" while it goes on."""
    if version.finished:
        return ""
    if version.pk in queue.lost | queue.stalled:
        return f"{capfirst(queue.said(version.pk))}."
    return "" if queue.alive else _("No worker is running: the work goes on as soon as one starts.")


def day(date) -> str:
    return date_format(date, gettext("j F Y")) if date else gettext("a day that is not set")


def elapsed(version) -> str:
    """The time of work so far, or of waiting for it: "8 s", "3 min 5 s"."""
    if version is None:
        return ""
    if version.finished:
        return "" if version.seconds is None else duration(version.seconds)
    since = version.started_at or version.uploaded_at
    return duration((timezone.now() - since).total_seconds())


def duration(seconds: float) -> str:
    """Seconds as people read them: 8 s, 4 min 3 s, 2 h 10 min."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{max(rest, 1)} s"
