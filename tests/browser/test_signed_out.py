"""What a page does when its session ended, or the desk does not answer, and somebody goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.live import sign_in

pytestmark = pytest.mark.browser

COMMENT = "It should have said five days."


def end_session(page):
    page.context.clear_cookies(name="sessionid")


@pytest.fixture
def talk(new_page, problems):
    page = new_page()
    sign_in(page, "employee")
    page.get_by_role("textbox", name="Ask a question").fill("How many leave days carry over?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-role=assistant]").last).to_have_attribute("data-status", "done")
    yield page
    # That something could not be loaded is what these tests are about.
    problems.clear()


def test_what_only_opens_something_leads_to_the_sign_in_page(talk):
    end_session(talk)
    talk.get_by_role("link", name="Ask a person").last.click()
    expect(talk).to_have_url(re.compile("/accounts/login/.next=/c/"))


def test_a_comment_outlives_the_session_and_is_sent_after_signing_in_in_another_tab(talk):
    talk.get_by_role("button", name="This answer did not help").click()
    talk.get_by_label("What should it have said?").fill(COMMENT)
    end_session(talk)
    talk.locator(".feedback-form").get_by_role("button", name="Send").click()
    told = talk.get_by_role("alert").filter(has_text="You are signed out")
    expect(told.last).to_be_visible()
    expect(talk.get_by_label("What should it have said?")).to_have_value(COMMENT)

    with talk.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in again in another tab").last.click()
    sign_in(opened.value, "employee")
    talk.locator(".feedback-form").get_by_role("button", name="Send").click()

    expect(talk.get_by_text("What you wrote has arrived")).to_be_visible()
    expect(told).to_have_count(0)


def test_a_draft_waits_for_its_writer_and_for_nobody_else(new_page, problems):
    page = new_page()
    sign_in(page, "employee")
    box = page.get_by_role("textbox", name="Ask a question")
    box.fill("May my manager read this?")
    end_session(page)
    sign_in(page, "employee")
    expect(box).to_have_value("May my manager read this?")
    end_session(page)
    sign_in(page, "manager")
    expect(box).to_have_value("")
    assert (
        page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft '))") == []
    )
    problems.clear()


def test_a_dialog_tells_that_the_desk_does_not_answer(talk):
    talk.get_by_role("link", name="Share").last.click()
    dialog = talk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    talk.context.set_offline(True)
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_role("alert")).to_contain_text("can’t be reached")
    talk.context.set_offline(False)
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_label("Link", exact=True)).to_be_visible()


def test_no_dialog_and_no_list_holds_the_sign_in_page(new_page, problems):
    page = new_page()
    sign_in(page, "administrator")
    page.goto("/documents/")
    end_session(page)
    page.get_by_role("link", name="Delete").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/.next=/documents/"))
    problems.clear()


def test_what_became_of_files_stays_to_be_read_and_the_rest_is_sent_after_signing_in(
    new_page, problems
):
    page = new_page()
    sign_in(page, "administrator")
    page.goto("/documents/")
    end_session(page)
    files = [
        {"name": f"tram-{n}.md", "mimeType": "text/markdown", "buffer": b"# Tram %d" % n}
        for n in range(5)
    ]
    with page.expect_response(lambda got: got.status == 401 and got.request.method == "GET"):
        page.locator("input[type=file][name=files]").set_input_files(files)
    told = page.get_by_role("alert").filter(has_text="You are signed out")
    expect(told).to_have_count(1)
    lines = page.locator(".upload-result")
    expect(lines).to_have_count(5)
    expect(lines.first).to_contain_text("You are signed out")
    expect(lines.last).to_contain_text("not sent")
    expect(page).to_have_url(re.compile("/documents/$"))

    with page.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in again in another tab").click()
    sign_in(opened.value, "administrator")
    page.get_by_role("button", name="Send what is missing").click()

    expect(page.locator(".upload-result.new")).to_have_count(5)
    expect(told).to_have_count(0)
    problems.clear()


@pytest.fixture
def document(new_page, problems):
    """The page of a document, which looks for news each quarter of a minute."""
    page = new_page()
    sign_in(page, "administrator")
    page.goto("/documents/")
    page.locator("#documents tbody a").first.click()
    page.clock.install()
    page.reload()
    yield page
    problems.clear()


def look_for_news(page, status):
    with page.expect_response(
        lambda got: got.status == status and "hx-request" in got.request.headers
    ):
        page.clock.fast_forward(16_000)


def test_a_half_filled_form_outlives_the_session_and_is_sent_after_signing_in_in_another_tab(
    document,
):
    day = document.locator("form[action$='/care/']").get_by_label("Review on")
    day.fill("2031-05-06")
    end_session(document)
    look_for_news(document, status=401)
    told = document.get_by_role("alert").filter(has_text="You are signed out")
    expect(told).to_be_visible()
    expect(day).to_have_value("2031-05-06")

    with document.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in again in another tab").click()
    sign_in(opened.value, "administrator")
    look_for_news(document, status=204)
    expect(told).to_have_count(0)
    document.locator("form[action$='/care/']").get_by_role("button", name="Save").click()
    expect(document.locator("#document-state")).to_contain_text("6 May 2031")


def test_a_document_page_on_which_nothing_was_written_leads_to_the_sign_in_page(document):
    end_session(document)
    look_for_news(document, status=401)
    expect(document).to_have_url(re.compile("/accounts/login/.next=/documents/"))


def test_the_admins_page_of_the_indexes_keeps_what_was_written(new_page, problems):
    page = new_page()
    sign_in(page, "administrator")
    page.clock.install()
    page.goto("/admin/knowledge/index/")
    page.get_by_label("Embedding model").fill("a-model-of-ours")
    end_session(page)
    look_for_news(page, status=401)
    expect(page.get_by_role("alert").filter(has_text="You are signed out")).to_be_visible()
    expect(page.get_by_label("Embedding model")).to_have_value("a-model-of-ours")
    problems.clear()
