"""Markdown files."""

from knowledge.extract import extract

from .samples import rows

TEXT = """---
title: "Remote work"
owner: HR
---

# Where we work

See [the map](https://example.com/map) for `offices`
near you.

- at home
  1. tell your manager

| City | Desks |
|------|-------|
| Rome | 12    |

```
make desk
```
"""


def test_its_structure_is_kept_and_addresses_are_dropped(tmp_path):
    path = tmp_path / "work.md"
    path.write_text(TEXT, encoding="utf-8")
    found = extract(path)
    assert found.title == "Remote work"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Where we work", 1),
        ("paragraph", "See the map for offices near you.", 0),
        ("list_item", "- at home", 0),
        ("list_item", "1. tell your manager", 1),
        ("table_row", "City | Desks", 0),
        ("table_row", "Rome | 12", 0),
        ("paragraph", "make desk", 0),
    ]
    assert rows(found)[1] == ("Rome | 12", "City | Desks")


def test_html_within_it_is_read_as_html(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("<div>\n<p>Inside</p>\n</div>\n\nOutside\n", encoding="utf-8")
    assert extract(path).pages[0].text == "Inside\nOutside"
