"""JSON files."""

import json

import pytest

from knowledge.extract import KnowledgeError, extract

from .samples import rows, texts


def read(tmp_path, value, name="file.json"):
    path = tmp_path / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return extract(path)


def test_values_stand_with_their_keys_under_their_path(tmp_path):
    value = {
        "title": "Rules",
        "leave": {"days": 10, "paid": True, "none": None},
        "tags": ["a", "b"],
    }
    found = read(tmp_path, value)
    assert found.title == "Rules"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("paragraph", "title: Rules", 0),
        ("paragraph", "tags: a, b", 0),
        ("heading", "leave", 1),
        ("paragraph", "days: 10", 0),
        ("paragraph", "paid: true", 0),
    ]


def test_flat_objects_are_a_table_under_their_keys(tmp_path):
    found = read(
        tmp_path, {"rates": [{"city": "Rome", "rate": 120}, {"city": "Oslo", "note": "x"}]}
    )
    assert rows(found)[1:] == [
        ("Rome | 120", "city | rate | note"),
        ("Oslo | | x", "city | rate | note"),
    ]


def test_other_objects_stand_under_what_they_call_themselves(tmp_path):
    value = [{"name": "Rome", "days": {"min": 1}}, {"days": {"min": 2}}, "last"]
    assert texts(read(tmp_path, value)) == [
        "Rome",
        "name: Rome",
        "days",
        "min: 1",
        "2",
        "days",
        "min: 2",
        "- last",
    ]


def test_a_value_on_each_line_is_read(tmp_path):
    found = read(tmp_path, '{"city": "Rome", "rate": 1}\n{"city": "Oslo", "rate": 2}\n', "a.jsonl")
    assert rows(found)[2] == ("Oslo | 2", "city | rate")


def test_a_damaged_file_says_where(tmp_path):
    with pytest.raises(KnowledgeError, match="no JSON from line 2 on"):
        read(tmp_path, '{"a": 1,\n"b": }')


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 200 + "1" + "}" * 200])
def test_values_nested_too_deeply_are_refused(tmp_path, text):
    with pytest.raises(KnowledgeError, match="nested too deeply"):
        read(tmp_path, text)
