"""A damaged member of an office file costs what it holds, or is told, however it was packed."""

import random
import zipfile

import pytest

from knowledge.errors import KnowledgeError
from knowledge.extract import zipped
from knowledge.extract.package import Package
from knowledge.extract.workbook import Tab, look_through

PACKINGS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def damaged(path, name, packing, places):
    """An archive whose only member has other bytes at these places of what is packed."""
    content = bytes(random.Random(1).choices(b"<cell>value</cell>", k=5000))
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr(name, content)
        start = archive.getinfo(name).header_offset + 30 + len(name)
    data = bytearray(path.read_bytes())
    for place in places:
        data[start + place] ^= 0xFF
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("places", [range(12), range(100, 140)])
def test_a_damaged_part_is_left_out(tmp_path, packing, places):
    path = damaged(tmp_path / "a.xlsx", "xl/sheet.xml", packing, places)
    tab = Tab("A", "xl/sheet.xml")
    with Package(path) as package:
        assert package.data("xl/sheet.xml") == b""
        look_through(package, tab)
    assert (tab.merged, tab.unsolved) == ([], 0)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("places", [range(12), range(100, 140)])
def test_a_damaged_member_that_tells_the_format_is_told(tmp_path, packing, places):
    path = damaged(tmp_path / "a.odt", "mimetype", packing, places)
    with pytest.raises(KnowledgeError, match="damaged"):
        zipped.kind_of(path)
