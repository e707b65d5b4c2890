"""Mails as Outlook saves them (MSG, [MS-OXMSG]): a compound file with a stream for each property.

A property's stream is named __substg1.0_ with its identifier and its type; the identifiers are
those of [MS-OXPROPS].
"""

import datetime
import struct
from pathlib import Path

from ..errors import KnowledgeError
from .attachments import Attachment
from .blocks import Block, Extraction
from .html import html_blocks
from .mail import ENCRYPTED, QUOTED, clean_name, letter
from .ole import opened, stream
from .text import decode, text_blocks

CLASS, SUBJECT, BODY, HTML = "001A", "0037", "1000", "1013"
SENDER, SENDER_ADDRESS, TO, CC = "0C1A", "0C1F", "0E04", "0E03"
LONG_NAME, SHORT_NAME, DATA, CONTENT_ID, TYPE = "3707", "3704", "3701", "3712", "370E"
SUBMITTED, DELIVERED, CODE_PAGE = 0x0039, 0x0E06, 0x3FFD
UNICODE, EIGHT_BIT, BINARY, EMBEDDED = "001F", "001E", "0102", "000D"
EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
ONLY_RTF = "The mail's text is kept in a form that can't be read. Open it in Outlook, save it as \
HTML or PDF and upload that."


def extract(path, progress=None, deep: bool = True) -> Extraction:
    """The text of an MSG file; `deep` reads what hangs on it as well."""
    with opened(Path(path)) as file:
        message = _Message(file, [])
        if "smime" in message.text(CLASS).lower():
            raise KnowledgeError(ENCRYPTED)
        return message.letter(progress, deep)


class _Message:
    """A mail: the file itself, or a storage in it that holds an attached one."""

    def __init__(self, file, folder: list[str]):
        self.file = file
        self.folder = folder
        self.fixed = _fixed(stream(file, *folder, "__properties_version1.0"), bool(folder))

    def letter(self, progress, deep: bool) -> Extraction:
        """The mail as an extraction."""
        sender, address = self.text(SENDER), self.text(SENDER_ADDRESS)
        known = "@" in address and address not in sender
        fields = {
            "From": f"{sender} <{address}>".strip() if known else sender,
            "To": _line(self.text(TO)),
            "Cc": _line(self.text(CC)),
            "Date": self.date(),
        }
        blocks, files = self.blocks(), self.files()
        if not blocks and not files and self.data("1009", BINARY):
            raise KnowledgeError(ONLY_RTF)
        return letter(_line(self.text(SUBJECT)), fields, blocks, files, progress, deep)

    def data(self, name: str, kind: str, *folder: str) -> bytes:
        """A property's bytes; b"" where the mail has none of that type."""
        return stream(self.file, *self.folder, *folder, f"__substg1.0_{name}{kind}")

    def text(self, name: str, *folder: str) -> str:
        """A property's text, in either of the two forms in which it may be kept."""
        wide = self.data(name, UNICODE, *folder)
        if wide:
            return wide.decode("utf-16-le", errors="replace").rstrip("\0")
        data = self.data(name, EIGHT_BIT, *folder).rstrip(b"\0")
        page = struct.unpack("<I", self.fixed.get(CODE_PAGE, bytes(8))[:4])[0]
        try:
            return data.decode("utf-8" if page == 65001 else f"cp{page}")
        except (LookupError, UnicodeDecodeError):
            return decode(data)

    def date(self) -> str:
        """When the mail was sent, in UTC. A time counts 100 nanoseconds from 1601."""
        raw = self.fixed.get(SUBMITTED) or self.fixed.get(DELIVERED)
        ticks = struct.unpack("<Q", raw)[0] if raw else 0
        # Beyond this lies the year 9999, the last that a date can name.
        if not 0 < ticks < 2_650_000_000_000_000_000:
            return ""
        return (EPOCH + datetime.timedelta(microseconds=ticks // 10)).strftime("%Y-%m-%d %H:%M UTC")

    def blocks(self) -> list[Block]:
        """The body: its HTML where it has one that holds text, else its plain text."""
        page = self.data(HTML, BINARY)
        markup = decode(page) if page else self.text(HTML)
        found = html_blocks(markup, mail=True)[0] if markup.strip() else []
        plain = self.text(BODY).replace("\r\n", "\n")
        return found or text_blocks(QUOTED.sub("", plain))

    def files(self) -> list[Attachment]:
        """What hangs on the mail."""
        size = len(self.folder)
        folders = {
            entry[size]
            for entry in self.file.listdir(streams=True, storages=False)
            if entry[:size] == self.folder and entry[size].startswith("__attach_version1.0_")
        }
        return [self._file(folder) for folder in sorted(folders)]

    def _file(self, folder: str) -> Attachment:
        if self.text(TYPE, folder) == "application/pgp-encrypted":
            raise KnowledgeError(ENCRYPTED)
        name = self.text(LONG_NAME, folder) or self.text(SHORT_NAME, folder)
        data = self.data(DATA, BINARY, folder)
        shown = bool(self.text(CONTENT_ID, folder)) and name.lower().endswith(PICTURES)
        inner = [*self.folder, folder, f"__substg1.0_{DATA}{EMBEDDED}"]
        if not data and self.file.exists([*inner, "__properties_version1.0"]):
            return _attached_mail(_Message(self.file, inner), name)
        return Attachment(clean_name(name), data, shown)


def _attached_mail(message: _Message, name: str) -> Attachment:
    """A mail in a mail as an attachment of plain text, which is all that is wanted of it."""
    found = message.letter(None, deep=False)
    name = clean_name(found.title or name) or "attached mail"
    return Attachment(f"{name}.txt", "\n\n".join(b.text for b in found.pages[0].blocks).encode())


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def _fixed(data: bytes, embedded: bool) -> dict[int, bytes]:
    """The properties of fixed length: after a header, entries of 16 bytes ([MS-OXMSG] 2.4)."""
    start = 24 if embedded else 32
    found = {}
    for at in range(start, len(data) - 15, 16):
        tag = struct.unpack_from("<I", data, at)[0]
        found[tag >> 16] = data[at + 8 : at + 16]
    return found
