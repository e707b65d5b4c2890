"""Org files."""

from knowledge.extract import extract

from .samples import rows, texts


def read(tmp_path, text):
    path = tmp_path / "file.org"
    path.write_text(text, encoding="utf-8")
    return extract(path)


def test_headings_lists_and_paragraphs_are_read_without_their_marks(tmp_path):
    text = (
        "#+TITLE: Rules\n* TODO [#A] Leave :hr:\n:PROPERTIES:\n:ID: 1\n:END:\nTen *days*,\nsee "
        "[[https://example.com][the site]] in a/b/c.\n- [ ] call in\n  and wait\n"
        "  1. deep\n# no\n** Pay\n"
    )
    found = read(tmp_path, text)
    assert found.title == "Rules"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Leave", 1),
        ("paragraph", "Ten days, see the site in a/b/c.", 0),
        ("list_item", "- call in and wait", 0),
        ("list_item", "1. deep", 1),
        ("heading", "Pay", 2),
    ]


def test_a_table_keeps_its_header(tmp_path):
    found = read(tmp_path, "| Kind | Paid |\n|------+------|\n| Sick | yes |\n\nThe end.\n")
    assert rows(found) == [("Kind | Paid", ""), ("Sick | yes", "Kind | Paid")]
    assert texts(found)[-1] == "The end."


def test_code_keeps_its_lines_and_comments_are_left_out(tmp_path):
    text = "#+BEGIN_SRC sh\n  a\n    * b\n#+END_SRC\n#+BEGIN_COMMENT\nno\n#+END_COMMENT\nyes\n"
    assert texts(read(tmp_path, text)) == ["a\n  * b", "yes"]


def test_a_drawer_without_end_does_not_swallow_the_rest(tmp_path):
    assert texts(read(tmp_path, "* One\n:LOGBOOK:\nno\n* Two\nyes\n")) == ["One", "Two", "yes"]
