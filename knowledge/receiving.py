"""What was sent, file by file: each becomes an upload, or a line that says why not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from knowledge import archives
from knowledge.errors import KnowledgeError
from knowledge.forms import document_name
from knowledge.uploads import Upload, upload


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file: its upload, or why there is none."""

    name: str
    upload: Upload | None = None
    error: str = ""
    note: str = ""


def receive(form, user) -> list[Receipt]:
    """Takes every file of a valid UploadForm; the files of an archive each by itself."""
    if not form.is_valid():
        return []
    chosen = form.cleaned_data
    dates = {name: chosen.get(name) for name in ("effective_from", "expires_on")}

    def take(name, file, document=None):
        return Receipt(
            name, upload(chosen["collection"], name, file, user, document=document, **dates)
        )

    return [receipt for name, file in form.named_files() for receipt in taken(name, file, take)]


def taken(name: str, file, take) -> Iterator[Receipt]:
    """One file by `take`, or those of an archive, and what was left out of it."""
    if not archives.is_archive(name):
        yield take(name, file)
        return
    count = 0
    try:
        for member in archives.members(name, file, settings.MAX_UPLOAD_MB * 1_000_000):
            count += 1
            yield received(member, take)
        left_out = archives.junk(file)
    except KnowledgeError as error:
        yield Receipt(name, error=str(error))
        return
    if left_out or not count:
        yield Receipt(name, note=summary(count, left_out))


def received(member: archives.Member, take) -> Receipt:
    if member.error:
        return Receipt(member.name, error=member.error)
    name = document_name(member.name)
    return take(name, member.file) if name else Receipt(member.name, error=_("It has no name."))


def summary(count: int, left_out: int) -> str:
    hidden = ngettext(
        "%(count)d hidden or system file left out.",
        "%(count)d hidden or system files left out.",
        left_out,
    ) % {"count": left_out}
    if count:
        return hidden
    nothing = gettext("The archive holds no file to read.")
    return f"{nothing} {hidden}" if left_out else nothing
