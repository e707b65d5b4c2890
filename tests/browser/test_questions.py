"""What nobody could answer, from the first refusal to a checked answer, and why it was given."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import sign_in

pytestmark = pytest.mark.browser

QUESTION = "May I bring my dog to the office?"
OTHER_WORDS = "May I take my dog into the office?"
RULE = """# Dogs at work

## In the office

You may bring your dog to the office on Fridays if everybody in your room agrees. The dog stays
on a lead and never enters the kitchen.
"""
ANSWER = "Yes: on **Fridays**, if everybody in your room agrees."


def reload_until(page, locator):
    """Loads the page again until it shows something that the worker does."""

    def shown() -> bool:
        page.reload()
        return locator.count() > 0

    for _ in range(60):
        if shown():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("It did not come to pass.")


def declined(page, question):
    expect(ask(page, question)).to_have_attribute("data-abstained", "")


def upload(page, tmp_path):
    path = tmp_path / "dogs-at-work.md"
    path.write_text(RULE)
    page.goto("/documents/")
    page.get_by_label("Collection").first.select_option(label="Everyone")
    page.locator("input[type=file][name=files]").set_input_files(path)
    row = page.get_by_role("row").filter(has_text="dogs-at-work.md")
    expect(row).to_contain_text(re.compile("ready", re.I), timeout=60_000)


def choose(page, label, words):
    """Types words of a document's title, and takes what is offered for them alone."""
    field = page.get_by_label(label)
    field.press_sequentially(words)
    offered = page.locator(f"#{field.get_attribute('list')} option")
    expect(offered).to_have_count(1)
    field.fill(offered.get_attribute("value"))


def test_from_a_question_without_an_answer_to_a_checked_one(new_page, tmp_path):
    employees, managers, staff = new_page(), new_page(), new_page()
    sign_in(employees, "employee")
    declined(employees, QUESTION)
    sign_in(staff, "administrator")
    staff.goto("/questions/?q=dog")
    expect(staff.get_by_text(QUESTION)).to_have_count(0)
    sign_in(managers, "manager")
    declined(managers, OTHER_WORDS)

    group = staff.get_by_role("link", name=OTHER_WORDS)
    reload_until(staff, group)
    group.click()
    expect(staff.get_by_role("main")).to_contain_text(QUESTION)
    expect(staff.get_by_role("main")).not_to_contain_text("Emer")
    address = staff.url

    upload(staff, tmp_path)
    staff.goto(address)
    choose(staff, "The document that was added or mended", "dogs")
    with staff.expect_navigation():
        staff.get_by_role("button", name="Ask the questions again").click()
    reload_until(staff, staff.get_by_text("2 of 2 are answered now"))
    expect(staff.get_by_role("main")).to_contain_text("from Dogs at work")
    expect(staff.locator(".document-head .badge")).to_have_text("Resolved")

    staff.get_by_role("link", name="Write a curated answer").click()
    staff.get_by_label("Answer", exact=True).fill(ANSWER)
    staff.get_by_label("Who answers for it").fill("The People team")
    choose(staff, "Document [1]", "work dogs")
    staff.get_by_label("Quote [1]").fill("bring your dog to the office on Fridays")
    staff.get_by_role("button", name="Pin this answer").click()
    expect(staff.get_by_role("main")).to_contain_text("From now on this answer is given")

    told = ask(employees, "Hello, may I please bring my dog to the office?")
    expect(told).to_contain_text("on Fridays, if everybody in your room agrees")
    expect(told).to_contain_text("Answered by The People team, checked on")
    told.locator("a.citation").first.click()
    expect(employees.locator("#source")).to_contain_text("Dogs at work")

    staff.goto("/")
    ask(staff, "How many unused leave days can I carry over?")
    staff.get_by_role("link", name="Why this answer?").click()
    expect(staff.get_by_role("heading", name="How sure the desk is")).to_be_visible()
    expect(staff.get_by_role("row").filter(has_text="given as [1]").first).to_contain_text(
        "Paid Leave Policy"
    )
    staff.get_by_role("link", name="Back to the conversation").click()
    expect(staff.locator("article[data-role=assistant]")).to_be_visible()

    staff.goto("/questions/curated/?q=dog")
    staff.get_by_role("link", name=OTHER_WORDS).click()
    staff.get_by_role("link", name="Delete").click()
    staff.get_by_role("button", name="Delete").click()
    expect(staff.get_by_text("No curated answer yet")).to_be_visible()
