"""The comments that people left in workbooks and slides: who, when and on what."""

from .blocks import Block
from .package import Package, text_in

# Excel leaves this beside a thread of comments, for programs that don't know threads.
STAND_IN = "[Threaded comment]"


def sheet_comments(package: Package, sheet: str) -> list[Block]:
    """The notes and the threads of comments on a sheet's cells."""
    people = _names(package, "xl/workbook.xml", "person", "displayName")
    blocks = []
    for part in package.related(sheet, "comments"):
        root = package.xml(part)
        if root is None:
            continue
        authors = [(node.text or "").strip() for node in root.iter("{*}author")]
        for node in root.iter("{*}comment"):
            at = node.get("authorId") or ""
            author = authors[int(at)] if at.isdigit() and int(at) < len(authors) else ""
            text = _note(node)
            if not text.startswith(STAND_IN):
                blocks += _comment(text, author, "", node.get("ref") or "")
    for part in package.related(sheet, "threadedComment"):
        root = package.xml(part)
        for node in () if root is None else root.iter("{*}threadedComment"):
            author = people.get(node.get("personId") or "", "")
            blocks += _comment(text_in(node), author, node.get("dT") or "", node.get("ref") or "")
    return blocks


def _note(node) -> str:
    """A note's text; its runs may part a word, so that they are joined as they are."""
    return " ".join("".join(each.text or "" for each in node.iter("{*}t")).split())


def slide_comments(package: Package, slide: str) -> list[Block]:
    """The comments on a slide, of older and newer PowerPoint."""
    main = "ppt/presentation.xml"
    authors = _names(package, main, "commentAuthors", "name")
    authors |= _names(package, main, "authors", "name")
    blocks = []
    for part in package.related(slide, "comments"):
        root = package.xml(part)
        for node in () if root is None else root.iter("{*}cm", "{*}reply"):
            author = authors.get(node.get("authorId") or "", "")
            when = node.get("dt") or node.get("created") or ""
            blocks += _comment(_own_text(node), author, when, "")
    return blocks


def _own_text(node) -> str:
    """A comment's text without that of its replies."""
    plain = node.find("{*}text")
    if plain is not None and plain.text:
        return " ".join(plain.text.split())
    return text_in(node.find("{*}txBody"))


def _names(package: Package, main: str, kind: str, attribute: str) -> dict[str, str]:
    found = {}
    for part in package.related(main, kind):
        root = package.xml(part)
        for node in () if root is None else root.iter():
            if node.get("id") and node.get(attribute):
                found[node.get("id")] = node.get(attribute).strip()
    return found


def _comment(text: str, author: str, when: str, cell: str) -> list[Block]:
    if not text:
        return []
    head = "Comment"
    head += f" on {cell}" if cell else ""
    head += f" by {author}" if author else ""
    # Minutes are enough: 2026-06-18T17:35:35.236
    head += f" ({when[:16].replace('T', ' ')})" if when else ""
    return [Block("paragraph", f"{head}: {text}")]
