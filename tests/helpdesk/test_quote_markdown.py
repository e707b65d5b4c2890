from helpdesk.events import Quote
from helpdesk.quote_markdown import escaped, render
from knowledge.found import Sentence
from tests.helpdesk.answers import found


def rendered(text, start=0, **values):
    defaults = {"sentences": (Sentence(start, len(text), 0.9),)}
    return render([Quote(1, found(text, **(defaults | values)), start, len(text))])


def test_the_answer_names_the_document_and_the_section():
    assert rendered("Ask first.", headings="Leave › 2. Rules › 2.1 Asking").startswith(
        "**Leave › 2.1 Asking**\n\n"
    )


def test_prose_becomes_a_paragraph_with_the_mark_behind_it():
    assert rendered("Ask first.").endswith("\n\nAsk first. [1]")


def test_a_list_becomes_a_list():
    assert rendered("• one\n• two").endswith("- one\n- two [1]")


def test_numbers_of_items_stay():
    assert rendered("1. one\n2. two").endswith("- 1\\. one\n- 2\\. two [1]")


def test_rows_become_a_table_under_the_header_before_them():
    text = "City | Limit\nCork | €150\nLondon | €220"
    sentences = (Sentence(13, 24, 0.5), Sentence(25, 38, 0.9))
    assert rendered(text, 25, sentences=sentences).endswith(
        "| City | Limit |\n| --- | --- |\n| London | €220 [1]"
    )


def test_what_looks_like_markdown_is_escaped():
    assert escaped("# *Big* `code` <b> [x](y)") == r"\# \*Big\* \`code\` \<b\> [x]\(y)"


def test_a_documents_own_numbers_in_brackets_are_no_citations():
    assert escaped("See note [3].") == "See note (3)."


def test_a_heading_inside_the_passage_names_the_section():
    text = "Be kind.\n2. Pay bands\nE earns more."
    sentences = (Sentence(0, 8, 0.1), Sentence(22, 35, 0.9))
    assert rendered(text, 22, headings="Pay › 1. Use", sentences=sentences).startswith(
        "**Pay › 2. Pay bands**"
    )
