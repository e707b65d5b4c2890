"""Mails (EML, RFC 5322 and MIME): subject, people, text and attachments."""

import email
import email.policy
import re
from email.header import decode_header
from pathlib import Path

from ..errors import KnowledgeError
from .attachments import Attachment, under, with_attachments
from .blocks import Block, Extraction, Page
from .html import html_blocks
from .text import decode, text_blocks, wide_encoding

FIELDS = ("From", "To", "Cc", "Date")
ENCRYPTED = "The mail is encrypted. Open it in the mail program of the person it was sent to, \
save its text anew and upload that."
ENCRYPTED_TYPES = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
SIGNATURES = {
    *("application/pgp-signature", "application/pkcs7-signature"),
    "application/x-pkcs7-signature",
}
QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
SPACES = re.compile(r"\s+")
# An encoded word of an unknown alphabet is left as it is.
MAX_HEADER = 20_000
MAX_PARTS = 2000


def extract(path, progress=None, deep: bool = True) -> Extraction:
    """The text of an EML file; `deep` reads what hangs on it as well."""
    data = Path(path).read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(data[:2000]):
        data = decode(data).encode()
    # This policy takes broken headers as they come, where the newer one fails on some.
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = _Parts()
    parts.add(message)
    fields = {name: header(message, name) for name in FIELDS}
    return letter(header(message, "Subject"), fields, parts.blocks, parts.files, progress, deep)


def letter(
    subject: str, fields: dict[str, str], body: list[Block], files: list[Attachment], progress, deep
) -> Extraction:
    """A mail as an extraction: its subject is the title and the heading over all of its text."""
    blocks = [Block("heading", subject, 1)] if subject else []
    told = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
    blocks += [Block("paragraph", told)] if told else []
    blocks += under(body)
    names = [file.name for file in files if file.name and not file.shown]
    if names:
        blocks.append(Block("paragraph", f"Attachments: {', '.join(names)}"))
    pages = [Page(1, blocks)]
    return Extraction(with_attachments(pages, files, progress) if deep else pages, subject)


def header(message, name: str) -> str:
    """A header's text in one line, its encoded words decoded; "" where there is none."""
    raw = str(message.get(name) or "")[:MAX_HEADER]
    try:
        pieces = decode_header(raw)
    except (ValueError, email.errors.HeaderParseError):
        pieces = [(raw, None)]
    text = "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces
    )
    return SPACES.sub(" ", text).strip()


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError, ValueError):
        return decode(data)


class _Parts:
    """Walks the parts of a mail and sorts them into its text and its attachments."""

    def __init__(self):
        self.blocks: list[Block] = []
        self.files: list[Attachment] = []
        self.count = 0

    def add(self, part) -> None:
        """One part with all that is in it."""
        self.count += 1
        kind = part.get_content_type()
        if kind in ENCRYPTED_TYPES and part.get_param("smime-type") != "signed-data":
            raise KnowledgeError(ENCRYPTED)
        if self.count > MAX_PARTS or kind in SIGNATURES:
            return
        if kind == "message/rfc822":
            self._mail(part)
        elif kind == "multipart/alternative":
            self._alternative(part)
        elif part.is_multipart():
            for each in part.get_payload():
                self.add(each)
        elif kind in ("text/plain", "text/html") and not _is_file(part):
            self.blocks += _text(part, kind)
        else:
            self._file(part)

    def _alternative(self, part) -> None:
        """Of several versions of one text the richest that holds any."""
        found = _Parts()
        for each in reversed(part.get_payload()):
            kind = each.get_content_type()
            if kind.startswith("text/") or each.is_multipart():
                versions = _Parts()
                versions.count = self.count
                versions.add(each)
                self.count = versions.count
                better = versions.blocks and (not found.blocks or kind == "text/html")
                found.files += versions.files
                if better:
                    found.blocks = versions.blocks
        self.blocks += found.blocks
        self.files += found.files

    def _mail(self, part) -> None:
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) and inner else None
        if inner is not None:
            subject = part.get_filename() or header(inner, "Subject") or "attached mail"
            name = subject if subject.lower().endswith(".eml") else f"{subject}.eml"
            self.files.append(Attachment(clean_name(name), inner.as_bytes()))

    def _file(self, part) -> None:
        data = part.get_payload(decode=True)
        disposition = part.get_content_disposition()
        within = disposition == "inline" or (part.get("Content-ID") and disposition is None)
        shown = bool(within) and part.get_content_maintype() == "image"
        name = clean_name(_filename(part))
        self.files.append(Attachment(name, data if isinstance(data, bytes) else b"", shown))


def _is_file(part) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _filename(part) -> str:
    """The name of a part; encoded words are not allowed in it, and common."""
    try:
        pieces = decode_header(part.get_filename() or "")
    except (ValueError, email.errors.HeaderParseError):
        return part.get_filename() or ""
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces
    )


def clean_name(name: str) -> str:
    """A file's name without folders and line breaks."""
    return SPACES.sub(" ", name.replace("\\", "/").rpartition("/")[2]).strip()[:200]


def _text(part, kind: str) -> list[Block]:
    text = _decoded(part.get_payload(decode=True) or b"", part.get_content_charset())
    if kind == "text/html":
        return html_blocks(text, mail=True)[0]
    return text_blocks(QUOTED.sub("", text.replace("\r\n", "\n")))
