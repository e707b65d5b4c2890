"""An employee in Chromium, before the real desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.live import sign_in

pytestmark = pytest.mark.browser

QUESTION = "How many unused leave days can I carry over, and until when?"


def ask(page, question, timeout=20_000):
    """Asks, and gives the answer's article once it is whole."""
    answers = page.get_by_role("article").and_(page.locator("[data-role=assistant]"))
    before = answers.count()
    page.get_by_role("textbox", name="Ask a question").fill(question)
    page.get_by_role("button", name="Send").click()
    answer = answers.nth(before)
    expect(answer).to_have_attribute("data-status", "done", timeout=timeout)
    return answer


def test_an_employee_asks_and_sees_the_answer_stream_in(page):
    sign_in(page, "employee")
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const answer = document.querySelector("article[data-role=assistant]");
                if (answer) window.seen.push([answer.dataset.status, answer.innerText.length]);
            }).observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )
    page.get_by_role("button", name=re.compile("carry over|leave days", re.I)).first.wait_for()
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("up to five unused days")
    expect(page.get_by_role("article").first).to_contain_text(QUESTION)


def test_text_comes_before_the_answer_is_done(page):
    sign_in(page, "employee")
    ask(page, QUESTION)
    frames = []

    def listen(socket):
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    page.on("websocket", listen)
    with page.expect_websocket():
        page.reload()
    ask(page, "What is the hotel limit in Manchester?")
    kinds = [
        "done" if 'data-status="done"' in frame else "begun" if "data-status" in frame else "text"
        for frame in frames
        if "answer-" in frame or "data-status" in frame
    ]
    assert kinds[0] == "begun"
    assert kinds[-1] == "done"
    assert "text" in kinds


def test_a_citation_opens_the_page_with_the_quote_marked(page):
    sign_in(page, "employee")
    answer = ask(page, QUESTION)
    answer.locator("a.citation").first.click()
    source = page.locator("#source")
    picture = source.get_by_role("img", name=re.compile("page 3", re.I)).first
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("img => img.naturalWidth") > 800
    expect(source).to_contain_text("Paid Leave Policy")
    mark = source.locator("svg rect").first
    expect(mark).to_be_visible()
    assert mark.bounding_box()["width"] > 50


def test_a_citation_also_opens_as_a_page_of_its_own(page):
    sign_in(page, "employee")
    href = ask(page, QUESTION).locator("a.citation").first.get_attribute("href")
    page.goto(href)
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    expect(page.locator("svg rect").first).to_be_visible()


def test_pay_bands_are_answered_for_the_manager_and_declined_for_the_employee(new_page):
    question = "What is the top of the salary range for grade E?"
    managers, employees = new_page(), new_page()
    sign_in(managers, "manager")
    expect(ask(managers, question).locator("a.citation").first).to_be_visible()
    sign_in(employees, "employee")
    declined = ask(employees, question)
    expect(declined).to_have_attribute("data-abstained", "")
    expect(declined.locator("a.citation")).to_have_count(0)


def test_a_starter_question_is_answered(page):
    sign_in(page, "employee")
    page.get_by_role("button", name=re.compile("Manchester")).click()
    answer = page.locator("article[data-role=assistant]")
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(answer).to_contain_text("€160")


def test_who_greets_is_greeted_and_led_to_a_question(page):
    sign_in(page, "employee")
    hello = ask(page, "Hi")
    expect(hello).to_contain_text("What would you like to know?")
    expect(hello).not_to_contain_text("could not find")
    for offered in ("This answer helped", "Try again", "Share"):
        expect(hello.get_by_role("button", name=offered)).to_have_count(0)
    hello.get_by_role("button", name=re.compile("Manchester")).click()
    answer = page.locator("article[data-role=assistant]").nth(1)
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(answer).to_contain_text("€160")
    expect(hello.get_by_role("button", name=re.compile("Manchester"))).to_be_hidden()
    # The conversation has its name from its first question, at once.
    expect(page.locator("#conversation-list .current")).to_contain_text("hotel limit in Manchester")
    expect(page.get_by_role("heading", level=1)).to_contain_text("hotel limit in Manchester")
    expect(ask(page, "thanks!")).to_contain_text("welcome")
    expect(ask(page, "and in Dublin?").locator("a.citation").first).to_be_visible()
    page.reload()
    expect(page).to_have_title(re.compile("hotel limit in Manchester"))


def test_without_scripts_a_question_is_asked_and_its_answer_comes_by_itself(new_page):
    plain = new_page(java_script_enabled=False)
    sign_in(plain, "employee")
    expect(plain.get_by_text("Enter sends")).to_be_hidden()
    plain.get_by_role("textbox", name="Ask a question").fill(QUESTION)
    plain.get_by_role("button", name="Send").click()
    answer = plain.locator("article.answer")
    expect(answer).to_contain_text("up to five unused days", timeout=30_000)
    answer.locator("a.citation").first.click()
    expect(plain.get_by_role("heading", name="Paid Leave Policy")).to_be_visible()


def test_an_empty_question_is_not_taken(page, problems):
    sign_in(page, "employee")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("question")
    expect(page.locator("article[data-role=assistant]")).to_have_count(0)
    # The browser notes that the form was refused.
    assert all("400" in problem for problem in problems)
    problems.clear()


def test_a_question_that_is_too_long_is_told_and_kept(page):
    sign_in(page, "employee")
    ask(page, QUESTION)
    box = page.get_by_role("textbox", name="Ask a question")
    box.fill("why " * 2500)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("4,?000"))
    expect(box).to_have_value(re.compile("^why why"))


def tab_to(page, wanted, key="Tab"):
    """Presses the key until the focus is on one of these."""
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"{key} never comes to {wanted}.")


def test_the_answer_to_a_long_question_is_in_view(page):
    sign_in(page, "employee")
    question = "How many unused leave days can I carry over? " * 80
    answer = ask(page, question)
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(answer).to_be_in_viewport(ratio=0.1)


def test_the_keyboard_is_enough(page):
    page.goto("/")
    page.keyboard.type("employee")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-employee")
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Ask a question")
    expect(box).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.type("How many days a week may I work from home?")
    page.keyboard.press("Enter")
    answer = page.locator("article[data-role=assistant]")
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    tab_to(page, answer.locator("a.citation"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    expect(page.locator("#source")).to_contain_text("Remote and Flexible Work Policy")
    page.keyboard.press("Escape")
    tab_to(page, box)
    page.keyboard.type("And in the first four weeks?")
    page.keyboard.press("Enter")
    expect(answer.nth(1)).to_have_attribute("data-status", "done", timeout=20_000)
    tab_to(page, page.get_by_role("link", name=re.compile("Name, pin, export")), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_on_a_phone_nothing_is_wider_than_the_screen(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(page, "employee")
    ask(page, "What is the hotel limit in Manchester?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("a.citation").first.click()
    expect(page.get_by_text("Expenses Policy").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
