"""The parts of an office file that its library leaves out, found by their relationships."""

import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from ..unpacking import DAMAGE

# Comments, diagrams and charts are small; more than this is no such part.
MAX_PART = 50_000_000
REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part refers to: `kind` is the last word of the relationship's type."""

    id: str
    kind: str
    part: str


class Package:
    """An opened office file. Close it, or use it in a `with` statement."""

    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)
        self.names = set(self.archive.namelist())

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_) -> None:
        self.archive.close()

    def data(self, part: str) -> bytes:
        """A part's bytes; none where it is missing, damaged or too large."""
        try:
            if self.archive.getinfo(part).file_size > MAX_PART:
                return b""
            return self.archive.read(part)
        except (KeyError, *DAMAGE):
            return b""

    def xml(self, part: str):
        """A part's root element, or None."""
        return parsed(self.data(part))

    def relations(self, part: str) -> list[Relation]:
        """What a part refers to within the file, in the file's order."""
        folder, name = posixpath.split(part)
        root = self.xml(f"{folder}/_rels/{name}.rels".lstrip("/"))
        found = []
        for node in () if root is None else root.iter("{*}Relationship"):
            if node.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, node.get("Target") or ""))
            kind = (node.get("Type") or "").rpartition("/")[2]
            found.append(Relation(node.get("Id") or "", kind, target.lstrip("/")))
        return found

    def related(self, part: str, *kinds: str) -> list[str]:
        """The parts of these kinds to which a part refers, each once."""
        found = [one.part for one in self.relations(part) if one.kind in kinds]
        return list(dict.fromkeys(name for name in found if name in self.names))


def parsed(data: bytes):
    """The root element of some XML, or None where it is damaged."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(data, parser) if data else None
    except etree.XMLSyntaxError:
        return None


def text_in(node) -> str:
    """The text of all the `t` and `text` elements below a node, as one line."""
    if node is None:
        return ""
    return " ".join(" ".join(each.text or "" for each in node.iter("{*}t", "{*}text")).split())
