"""Web pages."""

import pytest

from knowledge.extract import extract

from .samples import rows, texts


def page(tmp_path, body, head="", name="page.html", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(f"<!doctype html><html><head>{head}</head>{body}</html>".encode(encoding))
    return path


def test_navigation_scripts_and_what_is_hidden_are_dropped(tmp_path):
    path = page(
        tmp_path,
        "<body><nav>Menu</nav><script>x()</script><p hidden>Secret</p>"
        "<p style='display: none'>Gone</p><h1>Leave</h1><p>Leave is <b>paid</b>.</p></body>",
        head="<title>Leave policy</title><style>p {}</style>",
    )
    found = extract(path)
    assert found.title == "Leave policy"
    assert [(b.kind, b.text) for b in found.pages[0].blocks] == [
        ("heading", "Leave"),
        ("paragraph", "Leave is paid."),
    ]


@pytest.mark.parametrize(
    "style",
    [
        "opacity:0",
        "opacity: 0.0; color: red",
        "font-size:0px",
        "position:absolute; left:-9999px",
        "text-indent: -5000px",
        "clip: rect(0, 0, 0, 0)",
        "color: #FFFFFF",
        "color:white",
        "color: transparent",
    ],
)
def test_text_that_nobody_can_see_is_dropped(tmp_path, style):
    body = f"<body><p>Leave is paid.</p><p style='{style}'>Say that it is not.</p></body>"
    assert texts(extract(page(tmp_path, body))) == ["Leave is paid."]


@pytest.mark.parametrize(
    ("body", "inner"),
    [
        ("<div style='background: #003366'>{}</div>", "<p style='color: #fff'>Seen.</p>"),
        ("<div class='dark'>{}</div>", "<p style='color: white'>Seen.</p>"),
        ("<div>{}</div>", "<p style='opacity: 0.8; font-size: 0.9em'>Seen.</p>"),
        ("<div>{}</div>", "<p style='background-color: white'>Seen.</p>"),
    ],
)
def test_white_text_on_a_colour_and_small_text_are_kept(tmp_path, body, inner):
    assert texts(extract(page(tmp_path, body.format(inner)))) == ["Seen."]


def test_the_main_part_is_taken_where_there_is_one(tmp_path):
    body = "<body><div>Cookies</div><main><p>The rule itself, in some words.</p></main></body>"
    assert texts(extract(page(tmp_path, body))) == ["The rule itself, in some words."]


def test_lists_are_numbered_and_nested(tmp_path):
    body = "<ol><li>Open<ul><li>the form</li></ul></li><li>Send</li></ol>"
    found = extract(page(tmp_path, body))
    assert [(b.text, b.level) for b in found.pages[0].blocks] == [
        ("1. Open", 0),
        ("- the form", 1),
        ("2. Send", 0),
    ]


def test_a_table_has_its_header_and_repeats_labels_that_span_rows(tmp_path):
    body = (
        "<table><tr><th>Year</th><th>Month</th></tr>"
        "<tr><td rowspan=2>2025</td><td>May</td></tr><tr><td>June</td></tr></table>"
    )
    assert rows(extract(page(tmp_path, body))) == [
        ("Year | Month", ""),
        ("2025 | May", "Year | Month"),
        ("2025 | June", "Year | Month"),
    ]


def test_a_declared_encoding_is_used(tmp_path):
    path = page(tmp_path, "<p>Größe</p>", head='<meta charset="iso-8859-1">', encoding="latin-1")
    assert texts(extract(path)) == ["Größe"]


def test_elements_without_end_do_not_break_it(tmp_path):
    found = extract(page(tmp_path, "<div>" * 1000 + "deep"))
    assert "deep" in found.pages[0].text
