"""Fragments that are rendered once say what their templates say, whatever is filled in."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from helpdesk import fragments, thread
from helpdesk.fragments import Fragment

HOSTILE = f'<script>alert("1")</script> & {fragments.KEY - 1}000 %s {{}}'
ENDED = {
    "pk": 7,
    "role": "assistant",
    "status": "done",
    "conversation": 8,
    "earlier": False,
    "html": mark_safe("<p>25 days</p>"),
    "unsupported": 0,
    "conflict": [],
    "sources": [],
    "abstained": False,
    "note": "",
    "error": "",
    "engine": "Model",
    "rated": True,
    "feedback": None,
    "explained": False,
    "offer": None,
}
QUOTED = {"number": 1, "title": HOSTILE, "page": 3, "quote": HOSTILE, "url": "/s/1/", "label": "x"}
SHAPES = [
    {},
    {"sources": [QUOTED, QUOTED | {"number": 2, "page": None, "quote": ""}]},
    {"sources": [QUOTED], "conflict": [QUOTED | {"date": None}, QUOTED | {"date": None}]},
    {"abstained": True, "rated": False},
    {"unsupported": 1, "html": mark_safe("<p>other</p>")},
    {"unsupported": 3, "explained": True},
    {"offer": {"question": HOSTILE, "team": "People"}},
    {"status": "cut_off", "note": HOSTILE, "engine": HOSTILE},
    {"status": "failed", "error": HOSTILE, "html": mark_safe("")},
]


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("changes", SHAPES)
def test_an_end_says_what_its_template_says(changes, language):
    with translation.override(language):
        for pk in (7, 1234567, 98):
            context = {"message": ENDED | changes | {"pk": pk}}
            rendered = render_to_string("helpdesk/ended.html", context)
            assert thread.ENDED.filled(context) == rendered


def test_what_a_person_has_written_is_escaped():
    asked = {"conversation": 8, "pk": 7, "role": "user", "text": HOSTILE}
    context = {"thread": [asked]}

    filled = thread.BEGUN.filled(context)

    assert filled == render_to_string("helpdesk/begun.html", context)
    assert "<script>" not in filled


def test_a_shape_is_rendered_once_and_few_are_kept(monkeypatch):
    rendered = []

    def render(template, context):
        rendered.append(template)
        return render_to_string(template, context)

    monkeypatch.setattr(fragments, "render_to_string", render)
    monkeypatch.setattr(fragments, "KEPT", 2)
    changed = Fragment("helpdesk/changed.html", "pk", "html", "activity")
    for pk in range(1, 4):
        changed.filled({"message": {"pk": pk, "html": "", "activity": f"Step {pk}"}})
    assert len(rendered) == 1

    for trouble in "abcde":
        changed.filled({"message": {"pk": 1, "trouble": trouble}})
    assert len(rendered) == 6
    assert len(changed.kept) <= 2
