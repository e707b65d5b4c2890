"""reStructuredText files."""

from knowledge.extract import extract

from .samples import rows, texts


def read(tmp_path, text):
    path = tmp_path / "file.rst"
    path.write_text(text, encoding="utf-8")
    return extract(path)


def test_titles_lists_and_code_are_read(tmp_path):
    text = "Rules\n=====\n\nLeave\n-----\n\nTen *days*.\n\n3. one\n4. two\n\n"
    text += "   - deep\n\n::\n\n  x = 1\n"
    found = read(tmp_path, text + "\nPay\n---\n\nMonthly.\n")
    assert found.title == "Rules"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Rules", 1),
        ("heading", "Leave", 1),
        ("paragraph", "Ten days.", 0),
        ("list_item", "3. one", 0),
        ("list_item", "4. two", 0),
        ("list_item", "- deep", 1),
        ("paragraph", "x = 1", 0),
        ("heading", "Pay", 1),
        ("paragraph", "Monthly.", 0),
    ]


def test_a_table_keeps_its_header(tmp_path):
    found = read(tmp_path, "====  ====\nCity  Rate\n====  ====\nRome  120\n====  ====\n")
    assert rows(found) == [("City | Rate", ""), ("Rome | 120", "City | Rate")]


def test_what_sphinx_adds_is_read_without_its_marks(tmp_path):
    text = (
        "See :ref:`the rules <rules>` and :term:`leave`.\n\n"
        ".. versionadded:: 2.0\n   Sick leave.\n\n"
        ".. foo:: bar\n   :option: 1\n\n   Kept words.\n\n.. note:: Mind this.\n"
    )
    assert texts(read(tmp_path, text)) == [
        "See the rules and leave.",
        "2.0 Sick leave.",
        "Kept words.",
        "Mind this.",
    ]


def test_no_other_file_is_read(tmp_path):
    other = tmp_path / "secret.txt"
    other.write_text("secret")
    text = f"Words\n\n.. include:: {other}\n\n.. csv-table::\n   :file: {other}\n"
    text += f"\n.. raw:: html\n   :file: {other}\n"
    assert texts(read(tmp_path, text)) == ["Words"]
