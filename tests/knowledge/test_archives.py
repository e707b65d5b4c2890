import io
import stat
import zipfile

import pytest

from knowledge import archives
from knowledge.errors import KnowledgeError
from tests.knowledge.zips import packed

LIMIT = 50_000_000


def names(file, name="handbook.zip"):
    return [member.name for member in archives.members(name, file, LIMIT)]


def errors(file):
    return [member.error for member in archives.members("handbook.zip", file, LIMIT)]


def test_every_file_comes_with_its_folders_and_its_bytes():
    file = packed({"leave.md": b"Leave", "travel/2026/rail.md": b"Rail"})
    found = {one.name: one.file.read() for one in archives.members("a.zip", file, LIMIT)}
    assert found == {"leave.md": b"Leave", "travel/2026/rail.md": b"Rail"}


def test_a_folder_that_is_named_as_the_archive_is_no_part_of_the_names():
    file = packed({"handbook/leave.md": b"1", "handbook/travel/rail.md": b"2"})
    assert names(file) == ["leave.md", "travel/rail.md"]
    file.seek(0)
    assert names(file, "other.zip") == ["handbook/leave.md", "handbook/travel/rail.md"]


def test_what_systems_leave_behind_is_junk():
    junk = ["__MACOSX/._a.md", ".DS_Store", "travel/.hidden", "Thumbs.db", "~$leave.docx"]
    file = packed(dict.fromkeys([*junk, "leave.md"], b"1"))
    assert names(file) == ["leave.md"]
    assert archives.junk(file) == len(junk)


def test_a_name_that_is_utf8_without_saying_so_is_read():
    info = zipfile.ZipInfo("x")
    info.filename = "Übersicht.md".encode().decode("cp437")
    assert archives.name_of(info) == "Übersicht.md"


def test_a_file_that_unpacks_to_far_more_than_it_is_packed_in_is_left_out(monkeypatch):
    monkeypatch.setattr(archives, "HARMLESS_BYTES", 1000)
    assert errors(packed({"bomb.txt": bytes(2_000_000), "a.md": b"1"})) == [archives.BOMB, ""]


def test_a_size_that_the_archive_lies_about_is_not_believed():
    file = packed({"a.txt": b"x" * 5000}, zipfile.ZIP_STORED).getvalue()
    assert file.count((5000).to_bytes(4, "little") * 2) == 2
    lying = file.replace((5000).to_bytes(4, "little") * 2, (5).to_bytes(4, "little") * 2)
    assert errors(io.BytesIO(lying)) == [archives.UNREADABLE]


def test_a_file_above_the_limit_is_left_out_and_the_next_one_taken():
    file = packed({"large.md": b"x" * 3000, "small.md": b"x"}, zipfile.ZIP_STORED)
    found = [one.error for one in archives.members("a.zip", file, 2000)]
    assert found == [archives.TOO_LARGE.format(0), ""]


def test_all_files_together_have_a_limit(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 500)
    with pytest.raises(KnowledgeError, match="unpacks to more"):
        names(packed({"a.md": b"1" * 400, "b.md": b"2" * 400}))


def test_more_files_than_are_taken_are_told_at_once(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    with pytest.raises(KnowledgeError, match="files"):
        names(packed({f"{n}.md": b"1" for n in range(3)}))


def test_a_list_of_files_that_would_fill_the_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(archives, "MOST_LIST_BYTES", 50)
    with pytest.raises(KnowledgeError, match="files"):
        names(packed({"a.md": b"1", "b.md": b"2"}))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(10)])
def test_what_is_no_archive_is_told(content):
    with pytest.raises(KnowledgeError, match="damaged or no ZIP"):
        names(io.BytesIO(content))


def test_links_archives_and_locked_files_are_left_out():
    link, locked = zipfile.ZipInfo("link"), zipfile.ZipInfo("locked.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    locked.flag_bits = archives.ENCRYPTED
    assert archives.refused(link) == archives.LINK
    assert archives.refused(locked) == archives.LOCKED
    assert archives.refused(zipfile.ZipInfo("inner.ZIP")) == archives.NESTED
    assert archives.refused(zipfile.ZipInfo("leave.pdf")) == ""


def test_a_damaged_member_does_not_stop_the_others():
    file = packed({"a.md": b"abcdef" * 50, "b.md": b"2"}, zipfile.ZIP_STORED)
    damaged = file.getvalue().replace(b"abcdef", b"abcdeX", 1)
    assert errors(io.BytesIO(damaged)) == [archives.UNREADABLE, ""]


def test_a_member_whose_packing_is_damaged_does_not_stop_the_others():
    file = packed({"a.md": b"abcdef" * 500, "b.md": b"2"}, zipfile.ZIP_LZMA)
    damaged = bytearray(file.getvalue())
    damaged[45:60] = bytes(15)
    assert errors(io.BytesIO(damaged)) == [archives.UNREADABLE, ""]


def test_a_member_with_a_damaged_name_does_not_stop_the_others():
    file = packed({"ä.md": b"1", "b.md": b"2"})
    damaged = file.getvalue().replace("ä".encode(), b"\xff\xff", 1)
    assert errors(io.BytesIO(damaged)) == [archives.UNREADABLE, ""]


def test_an_archive_that_is_larger_than_all_that_it_may_hold_is_not_opened(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 50)
    with pytest.raises(KnowledgeError, match="Send it in parts"):
        names(packed({"a.md": b"1"}))
