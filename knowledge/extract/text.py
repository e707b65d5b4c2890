"""Plain text: its encoding, paragraphs, lists and evident headings."""

import re
from pathlib import Path

from .blocks import Block, Extraction, Page

UNDERLINE = re.compile(r"^\s*([=\-~^*#])\1{2,}\s*$")
BULLET = re.compile(r"^(\s*)(?:[-*+•◦▪●‣·–—]|o(?=\s+[A-Z]))\s+(?=\S)")
NUMBER = re.compile(r"^(\s*)([(\[]?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)\]])\s+(?=\S)")
NUMBERED_HEADING = re.compile(
    r"^(?:(?:chapter|section|part|article)\s+)?(\d+(?:\.\d+)*)\.?\s+[A-Z]"
)
MAX_HEADING = 90
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u2060\ufeff\u00ad]")


def decode(data: bytes) -> str:
    """The text of bytes in whatever encoding they are, without control characters."""
    return CONTROL.sub("", _decoded(data)).replace("\r\n", "\n").replace("\r", "\n")


def wide_encoding(head: bytes) -> str:
    """UTF-16 without its mark, told by the zeros that plain letters leave in it; or ""."""
    zeros = head.count(0)
    if len(head) < 4 or zeros < 0.2 * len(head):
        return ""
    odd = head[1::2].count(0)
    if odd > 0.95 * zeros:
        return "utf-16-le"
    return "utf-16-be" if odd < 0.05 * zeros else ""


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data.decode("utf-32", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    wide = wide_encoding(data[:2000])
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # Loaded only here: most files are UTF-8, and the library is slow to load.
    from charset_normalizer import from_bytes

    # A little text can't tell one western encoding from another; this is by far the commonest.
    best = from_bytes(data[:200_000]).best() if len(data) > 200 else None
    encoding = best.encoding if best else "cp1252"
    return data.decode(encoding, errors="replace")


def extract(path) -> Extraction:
    """The text of a plain text file."""
    blocks = text_blocks(decode(Path(path).read_bytes()))
    return Extraction([Page(1, blocks)])


def text_blocks(text: str) -> list[Block]:
    """Blocks of plain text: blank lines part its paragraphs."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n|\f", text):
        lines = [line.expandtabs(4).rstrip() for line in part.split("\n") if line.strip()]
        if lines:
            blocks += _part_blocks(lines)
    return blocks


def _part_blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    if len(lines) > 1 and UNDERLINE.match(lines[1]) and len(lines[0]) <= MAX_HEADING:
        level = 1 if lines[1].strip()[0] == "=" else 2
        blocks.append(Block("heading", lines[0].strip(), level))
        lines = lines[2:]
    elif len(lines) == 1 and _is_heading(lines[0].strip()):
        numbered = NUMBERED_HEADING.match(lines[0].strip())
        level = numbered.group(1).count(".") + 1 if numbered else 1
        return [Block("heading", lines[0].strip(), level)]
    held: list[str] = []
    for line in lines:
        if UNDERLINE.match(line):
            continue
        if held and (BULLET.match(line) or NUMBER.match(line)):
            blocks.append(_block(held))
            held = []
        held.append(line)
    if held:
        blocks.append(_block(held))
    return blocks


def _is_heading(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    if not letters or len(line) > MAX_HEADING or line.endswith((".", ",", ";", "!", "?", ":")):
        return False
    if NUMBERED_HEADING.match(line):
        return len(line.split()) <= 12
    return len(letters) >= 4 and line.isupper()


def _block(lines: list[str]) -> Block:
    bullet, number = BULLET.match(lines[0]), NUMBER.match(lines[0])
    text = " ".join(" ".join(line.split()) for line in lines)
    if bullet:
        rest = lines[0][bullet.end() :]
        text = "- " + " ".join(" ".join(line.split()) for line in [rest, *lines[1:]])
        return Block("list_item", text, len(bullet.group(1)) // 2)
    if number:
        return Block("list_item", text, len(number.group(1)) // 2)
    return Block("paragraph", text)
