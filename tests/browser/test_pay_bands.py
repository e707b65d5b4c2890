"""What only managers may read: answered for the manager, declined for the employee, everywhere."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import sign_in

pytestmark = pytest.mark.browser

QUESTION = "What are the minimum and the maximum salary of grade E?"
DOCUMENT = "pay-bands.pdf"


def test_search_finds_them_for_the_manager_only(live_desk):
    search = ("search", QUESTION, "--json", "--limit", "20", "--user")
    assert DOCUMENT in live_desk.manage(*search, "manager")
    assert DOCUMENT not in live_desk.manage(*search, "employee")


def test_the_answer_holds_them_for_the_manager_only(live_desk):
    told = json.loads(live_desk.manage("ask", QUESTION, "--json", "--user", "manager"))
    assert "€78,000" in told["answer"]
    # The table goes on in another passage, with grades that nobody asked for.
    assert "€150,000" not in told["answer"]
    assert {one["doc"] for one in told["citations"]} >= {DOCUMENT}
    declined = json.loads(live_desk.manage("ask", QUESTION, "--json", "--user", "employee"))
    assert (declined["abstained"], declined["citations"]) == (True, [])


def test_citation_source_picture_and_download_are_the_managers_alone(new_page, problems):
    manager, employee = new_page(), new_page()
    sign_in(manager, "manager")
    citation = ask(manager, QUESTION).locator("a.citation").first.get_attribute("href")
    manager.goto(citation)
    download = manager.get_by_role("link", name="Download").get_attribute("href")
    picture = manager.get_by_role("img", name="Page").first.get_attribute("src")
    document = manager.get_by_role("link", name="Open the document").get_attribute("href")
    sign_in(employee, "employee")
    for path in (citation, download, picture, document):
        assert manager.request.get(path).status == 200, path
        assert employee.request.get(path).status == 404, path
    # The pages' own console notes nothing of these requests.
    assert problems == []


def test_the_chat_declines_for_the_employee(page):
    sign_in(page, "employee")
    expect(ask(page, QUESTION).locator("a.citation")).to_have_count(0)
