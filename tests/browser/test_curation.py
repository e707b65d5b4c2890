"""A curator corrects an answer of the chat and reviews it by the keys."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import sign_in

pytestmark = pytest.mark.browser

HOUSE = "Thanks for asking, happy to help!\n\n{}\n\nLet me know if anything is unclear."


def correct(page, question):
    """Asks, and submits the answer in the tone of the house for review."""
    page.goto("/")
    ask(page, question)
    answer = page.locator("article.answer[data-status=done]").last
    expect(answer).to_be_visible(timeout=60_000)
    number = answer.get_attribute("id").removeprefix("message-")
    page.goto(f"/curation/answers/{number}/")
    text = page.get_by_label("Answer")
    text.fill(HOUSE.format(text.input_value()))
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("Handed in: it now waits for its review.")).to_be_visible()


def test_answers_are_corrected_and_reviewed_by_the_keys(page, new_page, live_desk):
    sign_in(page, "curator")
    correct(page, "How many days may I carry over into the next year?")
    correct(page, "How do I hand in a claim for expenses?")
    page.goto("/curation/review/")
    expect(page.locator("#position")).to_have_text("1 of 2")
    expect(page.locator(".evidence blockquote").first).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#position")).to_have_text("2 of 2")
    page.keyboard.press("r")
    page.keyboard.type("An example is missing.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is rejected.")).to_be_visible()
    expect(page.locator("#position")).to_have_text("1 of 1")
    page.keyboard.press("e")
    page.get_by_label("Question").fill("How many days of leave may I carry over?")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card .asked")).to_have_text("How many days of leave may I carry over?")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Nothing waits for review")).to_be_visible()

    plain = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(plain, "curator")
    plain.goto("/admin/tuning/qapair/?status__exact=rejected")
    plain.locator("#result_list tbody th a").first.click()
    expect(plain.get_by_text("An example is missing.").first).to_be_visible()
    with plain.expect_navigation():
        plain.get_by_role("button", name="Submit for review").click()
    plain.goto("/curation/review/")
    plain.get_by_role("button", name="Approve").click()
    expect(plain.get_by_role("heading", name="Nothing waits for review")).to_be_visible()
