"""An employee asks for a person, and both talk in two browsers until it is handed back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import sign_in

pytestmark = pytest.mark.browser

QUESTION = "Who do I ask about a company car?"


def test_a_conversation_goes_to_a_person_and_back(new_page):
    asker, staff = new_page(), new_page()
    sign_in(staff, "curator")
    staff.get_by_role("link", name="Hand-offs").first.click()
    expect(staff.get_by_role("heading", name="Hand-offs")).to_be_visible()

    sign_in(asker, "employee")
    ask(asker, QUESTION)
    asker.locator(".composer").get_by_role("link", name="Ask a person").click()
    dialog = asker.get_by_role("dialog")
    expect(dialog).to_contain_text("Ciara Walsh")
    dialog.get_by_label("What do you need?").fill("I drive to Manchester on Monday.")
    dialog.get_by_role("button", name="Hand over").click()
    reference = asker.locator(".handoff-banner .reference")
    expect(reference).to_have_text(re.compile(r"HD-\w{4}"))
    again = asker.get_by_role("button", name="Try again")
    edit = asker.get_by_role("link", name="Edit this question and ask again")
    for of_the_desk in (again, edit):
        expect(of_the_desk).to_have_count(0)
    expect(asker.get_by_placeholder("Write to the person who will answer")).to_be_visible()

    # It appears by itself on the page of those who answer.
    staff.get_by_role("link", name=re.compile(reference.inner_text())).click(timeout=20_000)
    expect(staff.locator("#messages")).to_contain_text(QUESTION)
    staff.get_by_role("button", name="Take it and answer").click()
    expect(asker.locator(".handoff-banner")).to_contain_text("Ciara Walsh", timeout=20_000)

    staff.get_by_label("Your answer").fill("Take the one at the gate. Which Monday?")
    staff.get_by_role("button", name="Send").click()
    expect(staff.get_by_label("Your answer")).to_have_value("")
    answer = asker.locator("article[data-role=staff]")
    expect(answer).to_contain_text("Take the one at the gate.", timeout=20_000)
    expect(answer).to_contain_text("Ciara Walsh")

    answers = asker.locator("article[data-role=assistant]").count()
    box = asker.get_by_role("textbox", name="Write to Ciara Walsh")
    expect(box).to_have_attribute("placeholder", "Write to Ciara Walsh")
    box.fill("The next one.")
    asker.get_by_role("button", name="Send").click()
    expect(box).to_have_value("")
    expect(staff.locator("#messages")).to_contain_text("The next one.", timeout=20_000)
    expect(asker.locator("article[data-role=assistant]")).to_have_count(answers)

    asker.reload()
    expect(asker.locator("#messages")).to_contain_text("The next one.")
    staff.on("dialog", lambda dialog: dialog.accept())
    staff.get_by_role("button", name="Hand back").click()
    expect(staff.get_by_text("the desk answers again")).to_be_visible()
    expect(asker.locator("#messages")).to_contain_text("handed back", timeout=20_000)
    expect(asker.locator(".handoff-banner")).to_have_count(0)
    expect(edit).not_to_have_count(0)
    expect(asker.get_by_placeholder("Ask a question")).to_be_visible()
    expect(ask(asker, "How many days a week may I work from home?")).to_be_visible()


def test_what_a_person_writes_is_in_view_on_a_phone(new_page):
    asker, staff = new_page(), new_page()
    asker.set_viewport_size({"width": 390, "height": 700})
    sign_in(asker, "employee")
    ask(asker, QUESTION)
    asker.locator(".composer").get_by_role("link", name="Ask a person").click()
    asker.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    reference = asker.locator(".handoff-banner .reference").inner_text()
    sign_in(staff, "curator")
    staff.goto("/handoffs/")
    staff.get_by_role("link", name=re.compile(reference)).click()
    staff.get_by_role("button", name="Take it and answer").click()
    for number in range(1, 7):
        staff.get_by_label("Your answer").fill(f"Line {number}.\n\nAnd another one.")
        staff.get_by_role("button", name="Send").click()
        expect(staff.get_by_label("Your answer")).to_have_value("")
    last = asker.locator("article[data-role=staff]").last
    expect(last).to_contain_text("Line 6.", timeout=20_000)
    expect(last).to_be_in_viewport(ratio=1)
