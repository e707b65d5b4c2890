"""From a thumb down to a corrected answer, and back to the person who asked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import opened_before, sign_in

pytestmark = pytest.mark.browser

QUESTION = "How long must my password be, and does it expire?"


def test_what_did_not_help_is_corrected_and_the_person_sees_that_it_is_answered(new_page):
    person, staff = new_page(), new_page()
    sign_in(person, "employee")
    answer = ask(person, QUESTION)
    answer.get_by_role("button", name="This answer did not help").click()
    answer.get_by_role("checkbox", name="Incomplete").check()
    answer.get_by_label("What should it have said?").fill("What about the service accounts?")
    answer.get_by_role("button", name="Send").click()
    expect(answer.get_by_text("staff will look at it")).to_be_visible()

    sign_in(staff, "curator")
    staff.get_by_role("link", name="Feedback").click()
    # Until the page's scripts run, nothing is sent by choosing.
    staff.wait_for_url("**/feedback/")
    staff.get_by_label("Reason").select_option("Incomplete")
    staff.wait_for_url(re.compile("reason=incomplete"))
    staff.get_by_role("link", name=QUESTION).click()
    expect(staff.get_by_text("What about the service accounts?")).to_be_visible()
    staff.get_by_role("button", name="Take it up").click()
    expect(staff.get_by_text("In work")).to_be_visible()

    staff.get_by_role("link", name="Correct this answer").click()
    staff.get_by_label("Answer", exact=True).fill("At least 14 characters; it does not expire. [1]")
    staff.get_by_role("button", name="Save as draft").click()
    expect(staff.get_by_text("Kept as a draft.")).to_be_visible()
    expect(staff.get_by_role("link", name="Go on with its correction")).to_be_visible()
    staff.get_by_label("What the person is told").fill("Service accounts follow the same rule.")
    staff.get_by_role("button", name="Tell them it is answered").click()
    expect(staff.get_by_text("Told, and not seen yet.")).to_be_visible()

    person.goto("/")
    person.get_by_role("link", name=re.compile("Your question is now answered")).click()
    expect(person.get_by_text("Service accounts follow the same rule.")).to_be_in_viewport()
    staff.reload()
    expect(staff.get_by_text("Told, and seen.")).to_be_visible()


def test_what_is_chosen_before_the_scripts_have_come_is_looked_for_too(page):
    sign_in(page, "curator")
    with opened_before("requests", page, "/feedback/"):
        page.get_by_label("Reason").select_option("Incomplete")
    page.wait_for_url(re.compile("reason=incomplete"))


def test_a_conversation_is_named_pinned_found_and_taken_along(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(page, "accountant")
    ask(page, "Hello, can you tell me the hotel limit in Manchester?")
    page.get_by_role("button", name="Your conversations").click()
    manage = page.get_by_role("link", name=re.compile("Name, pin, export or delete"))
    manage.first.click()
    page.get_by_role("textbox", name="Name").fill("Trip to England")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("button", name="Your conversations").click()
    manage.first.click()
    page.get_by_role("button", name="Pin to the top").click()
    page.get_by_role("button", name="Your conversations").click()
    expect(page.get_by_role("heading", name="Pinned")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.get_by_role("searchbox").fill("manchester england")
    found = page.locator(".hit")
    expect(found).to_contain_text("Trip to England")
    expect(found.locator("mark")).to_have_text(re.compile("manchester", re.I))
    page.get_by_role("searchbox").fill("")
    manage.first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as Markdown").click()
    assert download.value.suggested_filename == "trip-to-england.md"
