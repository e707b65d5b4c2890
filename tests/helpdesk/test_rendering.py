"""An answer's Markdown as HTML: tables and citations stay, whatever could do harm goes."""

import pytest

from helpdesk.rendering import Link, addresses, html

LINKS = {1: Link("/citations/7/", "Source 1: Leave policy, page 3")}


def test_a_mark_becomes_a_named_link_beside_its_sentence():
    shown = html("You have 25 days [1]. More below.", LINKS)

    assert '25 days<a class="citation" href="/citations/7/"' in shown
    assert 'aria-label="Source 1: Leave policy, page 3">1</a>. More' in shown


def test_marks_in_a_row_are_links_of_their_own():
    assert html("So [1][1].", LINKS).count('class="citation"') == 2


def test_a_mark_without_a_citation_is_left_out():
    assert html("You have 25 days [4].", LINKS) == "<p>You have 25 days.</p>\n"


def test_a_mark_of_a_running_answer_is_a_number_without_a_link():
    shown = html("You have 25 days [1].", {}, pending=True)

    assert '<span class="citation">1</span>' in shown
    assert "<a" not in shown


def test_a_mark_in_code_is_code():
    assert "<code>days[1]</code>" in html("`days[1]`", LINKS)


def test_a_mark_is_no_link_of_markdown():
    shown = html("[1](https://elsewhere.example)\n\n[1]: https://elsewhere.example", LINKS)

    assert 'href="https://elsewhere.example"' not in shown


def test_a_label_is_escaped():
    shown = html("[1]", {1: Link("/citations/7/", 'Source 1: "><script>alert(1)</script>')})

    assert "<script" not in shown
    assert "&quot;&gt;&lt;script&gt;" in shown


def test_nobody_can_write_the_inner_form_of_a_mark():
    assert "citation" not in html("\ue0001\ue001", LINKS)


def test_tables_and_lists_are_shown():
    shown = html("| Meal | Limit |\n|---|---|\n| Dinner | 35 |\n\n- one\n- two", {})

    assert '<div class="table-scroll" role="group" aria-label="Table" tabindex="0"><table>' in shown
    assert "<td>35</td>" in shown
    assert shown.count("<li>") == 2


def test_an_empty_header_of_a_table_is_not_shown():
    shown = html("|  |  |\n|---|---|\n| Dinner | 35 |", {})

    assert "<th" not in shown
    assert "<td>35</td>" in shown


def test_headings_stand_below_those_of_the_page():
    assert html("# Leave", {}) == "<h3>Leave</h3>\n"


def test_the_first_dash_of_a_list_makes_no_heading_of_the_line_above():
    assert "<h" not in html("You need:\n-", {})


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "![x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](/accounts/logout/)",
        "[x](//elsewhere.example)",
        "<javascript:alert(1)>",
        '<a href="https://elsewhere.example" onclick="alert(1)">x</a>',
        '<svg onload="alert(1)">',
        "<style>body { display: none }</style>",
        '<div hx-get="/c/1/delete/">x</div>',
        '<form action="/accounts/logout/"><button>x</button></form>',
        "<iframe src=javascript:alert(1)>",
    ],
)
def test_what_could_do_harm_is_text_or_gone(text):
    shown = html(text, LINKS)

    assert not [tag for tag in shown.split("<")[1:] if not tag.startswith(("p>", "/p>", "br>"))]


def test_an_image_is_not_loaded():
    assert "<img" not in html("![x](https://elsewhere.example/pixel.png)", {})


def test_links_of_a_document_open_without_telling_where_from():
    text = "[People](https://people.example/leave) <mailto:hr@people.example>"
    shown = html(text, {}, addresses=addresses(text))

    assert 'href="https://people.example/leave" rel="noopener noreferrer"' in shown
    assert 'href="mailto:hr@people.example"' in shown


@pytest.mark.parametrize(
    "text",
    [
        "[More](https://evil.example/?q=salaries)",
        "![x](https://evil.example/pixel.png)",
        "<https://evil.example>",
        "[a [b] c](\nhttps://evil.example)",
        "[x](<https://evil.example/a b>)",
    ],
)
@pytest.mark.parametrize("pending", [True, False])
def test_a_link_to_an_address_that_no_source_holds_is_its_text(text, pending):
    shown = html(text, {}, pending, addresses=["https://people.example"])

    assert "<a" not in shown
    assert "<img" not in shown


def test_a_sentence_without_a_source_is_marked_for_eyes_and_for_screen_readers():
    text = "You get 25 days [1]. You also get a car. Ask HR."
    start = text.index("You also")
    shown = html(text, LINKS, unsupported=[(start, start + len("You also get a car."))])

    assert '<span class="unsupported" title="Not found in the sources">You also get a car.' in shown
    assert shown.count("(not found in the sources)") == 1
    assert shown.count('class="unsupported"') == 1
    assert shown.endswith(" Ask HR.</p>\n")


@pytest.mark.parametrize(
    ("text", "doubted", "kept"),
    [
        ("- **Car:** one for each.\n- Next", "Car:** one for each.", "<strong>"),
        ("| Item | Limit |\n|---|---|\n| Car | 9 |", "Car | 9", "<td>"),
        ("**All of it in bold.** Next.", "All of it in bold.", "</strong> Next."),
        ("A *word* and `code` in it.", "A *word* and `code` in it.", "<em>"),
    ],
)
def test_a_marked_sentence_keeps_its_markup(text, doubted, kept):
    start = text.index(doubted)
    shown = html(text, {}, unsupported=[(start, start + len(doubted))])

    assert kept in shown
    assert shown.count('class="unsupported-mark"') == 1
    assert "\ue002" not in shown
    assert "\ue003" not in shown


@pytest.mark.parametrize("spans", [[(0, 10_000)], [(-3, 2)], [(5, 2)], [(0, 4), (2, 6)]])
def test_spans_that_fit_no_text_break_nothing(spans):
    assert html("Some text.", {}, unsupported=spans).startswith("<p>")


@pytest.mark.parametrize("text", ["", "[" * 5000, "> " * 2000, "*" * 5000, "- " * 2000, "|" * 5000])
def test_odd_texts_do_not_break_it(text):
    html(text, LINKS)
