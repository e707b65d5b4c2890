"""A talk in Chromium while pages reload, tabs stop it, and the desk's own processes die."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.doubles.model_server import ModelServer, Outcome
from tests.live import sign_in
from tests.workers import wait_for

pytestmark = pytest.mark.browser

QUESTION = "How many unused leave days can I carry over?"
TOKENS = ["You ", "may ", "carry ", "over ", "up ", "to ", "five ", "unused ", "days ", "[1]."]
HALF = re.compile("You may carry over")
SWITCH = """
from helpdesk.models import Engine
engine, _ = Engine.objects.update_or_create(
    name="A slow model", defaults=dict(kind="openai", base_url="{}", model="slow")
)
engine.activate()
"""
BACK = 'from helpdesk.models import Engine; Engine.objects.get(name="quotes").activate()'


@pytest.fixture(scope="module")
def model(live_desk):
    """A model that streams what a test says; other requests, as for a title, it makes short."""
    server = ModelServer()
    streamed = server.outcome
    server.outcome = lambda request: (
        streamed(request) if request.body.get("stream") else Outcome(("Leave",))
    )
    live_desk.manage("shell", "-c", SWITCH.format(server.base_url))
    yield server
    live_desk.manage("shell", "-c", BACK)
    server.close()


def ask(page, question):
    page.get_by_role("textbox", name="Ask a question").fill(question)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/c/\d+/"))


def last_answer(page):
    return page.locator("#messages > [data-role=assistant]").last


def test_a_talk_goes_on_through_reloads_in_two_tabs_and_is_stopped_tried_again_and_written_anew(
    new_page, model
):
    page = new_page()
    sign_in(page, "employee")
    model.says(*TOKENS, stall_after=5)
    ask(page, QUESTION)
    expect(last_answer(page)).to_contain_text(HALF, timeout=20_000)
    page.reload()
    expect(last_answer(page)).to_contain_text(HALF)
    other = page.context.new_page()
    other.goto(page.url)
    expect(last_answer(other)).to_contain_text(HALF)

    stopped_by_key(other, page)
    assert model.requests[-1].dropped.wait(5)
    tried_again(page, other, model)
    written_anew(page, other, model)
    shared(page, new_page())


def stopped_by_key(other, page):
    """One tab stops the answer; both keep what came."""
    last_answer(other).get_by_role("button", name="Stop").press("Enter")
    for tab in (page, other):
        expect(last_answer(tab)).to_have_attribute("data-status", "stopped")
        expect(last_answer(tab)).to_contain_text("You may carry over up")
        expect(last_answer(tab)).to_contain_text("You stopped this answer")


def tried_again(page, other, model):
    """The earlier text is folded away and still there, and so is a draft in the box."""
    page.get_by_role("textbox", name="Ask a question").fill("A draft of my next question")
    model.says(*TOKENS, pause=0.05)
    last_answer(page).get_by_role("button", name="Try again").click()
    for tab in (page, other):
        expect(last_answer(tab)).to_have_attribute("data-status", "done", timeout=20_000)
        expect(last_answer(tab)).to_contain_text("up to five unused days")
        expect(tab.locator("#messages > .question")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_value("A draft of my next question")
    page.get_by_text("Asked before").click()
    expect(page.locator("details.earlier")).to_contain_text("You may carry over up")


def written_anew(page, other, model):
    """The question takes the place of the one before."""
    page.locator("#messages > .question").hover()
    page.get_by_role("link", name="Edit this question and ask again").click()
    box = page.get_by_role("textbox", name="Ask a question")
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    model.says("Until ", "31 ", "March ", "[1].")
    box.fill("Until when can I carry them over?")
    page.keyboard.press("Enter")
    for tab in (page, other):
        expect(last_answer(tab)).to_contain_text("Until 31 March", timeout=20_000)
        question = tab.locator("#messages > .question")
        expect(question).to_have_count(1)
        expect(question).to_contain_text("Until when")
    expect(page.locator("#editing")).to_have_count(0)
    expect(box).to_have_value("")


def shared(page, colleague):
    """A link shows the answer to a colleague."""
    expect(last_answer(page)).to_have_attribute("data-status", "done")
    last_answer(page).get_by_role("link", name="Share").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Whoever signs in here and has the link can read")
    dialog.get_by_role("button", name="Make the link").click()
    address = dialog.get_by_label("Link", exact=True).first.input_value()
    sign_in(colleague, "accountant")
    colleague.goto(address)
    expect(colleague.get_by_role("main")).to_contain_text("Until 31 March")
    expect(colleague.get_by_role("main")).to_contain_text("Emer Byrne")


def test_a_model_that_is_slow_refuses_sends_rubbish_or_breaks_off_is_told_and_asked_again(
    new_page, model
):
    page = new_page()
    sign_in(page, "employee")
    model.says(*TOKENS, pause=0.3)
    ask(page, QUESTION)
    answer = last_answer(page)
    expect(answer).to_contain_text("You may carry", timeout=20_000)
    expect(answer).to_have_attribute("data-status", "answering")
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(answer).to_contain_text("up to five unused days")

    def again():
        last_answer(page).get_by_role("button", name="Try again").click()

    # Without a usable word the documents themselves answer.
    for trouble in (
        lambda: model.fails(503),
        lambda: model.fails(401),
        lambda: model.sends(b"<html>Bad gateway</html>"),
        lambda: model.sends(b"\x00\xff rubbish"),
    ):
        model.queue.clear()
        trouble()
        seen = last_answer(page).get_attribute("id")
        again()
        expect(last_answer(page)).not_to_have_attribute("id", seen)
        expect(last_answer(page)).to_have_attribute("data-status", "done", timeout=20_000)
        expect(last_answer(page)).to_contain_text("The language model did not answer.")
        expect(last_answer(page).locator("a.citation").first).to_be_visible()

    # What has come stays, and says that it is not whole.
    model.queue.clear()
    model.says("You may carry over up to five unused days [1]. ", "And ", "more", cut_after=2)
    again()
    expect(last_answer(page)).to_have_attribute("data-status", "cut_off", timeout=20_000)
    expect(last_answer(page)).to_contain_text("You may carry over up to five unused days")
    expect(last_answer(page)).to_contain_text("stopped in mid-answer")
    model.says(*TOKENS)
    again()
    expect(last_answer(page)).to_have_attribute("data-status", "done", timeout=20_000)
    expect(last_answer(page)).not_to_contain_text("language model")


def test_an_answer_is_told_as_cut_off_when_its_process_dies_and_kept_when_the_database_does(
    new_page, model, live_desk, problems
):
    page = new_page()
    sign_in(page, "employee")
    model.says(*TOKENS, stall_after=5)
    ask(page, QUESTION)
    expect(last_answer(page)).to_contain_text(HALF, timeout=20_000)
    page.get_by_role("textbox").fill("A draft of my next question")
    kill_web(live_desk)
    expect(page.get_by_text("Connection lost")).to_be_visible()
    expect(last_answer(page)).to_have_attribute("data-status", "cut_off", timeout=60_000)
    expect(page.get_by_text("Connection lost")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_have_value("A draft of my next question")

    model.says(*TOKENS, pause=0.4)
    last_answer(page).get_by_role("button", name="Try again").click()
    expect(last_answer(page)).to_contain_text(HALF, timeout=20_000)
    restart_database(live_desk)
    expect(last_answer(page)).to_have_attribute("data-status", "done", timeout=60_000)
    expect(last_answer(page)).to_contain_text("You may carry over up to five unused days")
    page.reload()
    expect(last_answer(page)).to_contain_text("You may carry over up to five unused days")
    # The browser notes each try to connect again.
    problems.clear()


def kill_web(desk):
    """As `kill -9` does; the desk starts another."""
    children = psutil.Process(desk.process.pid).children(recursive=True)
    (web,) = [each for each in children if any("uvicorn" in word for word in each.cmdline())]
    web.kill()


def restart_database(desk):
    """Ends the database as an operator does who does not wait; the desk starts it again."""
    path = Path(desk.env["VAR_DIR"]) / "postgres" / "postmaster.pid"
    first = path.read_text().split()[0]
    os.kill(int(first), signal.SIGINT)
    wait_for(lambda: path.exists() and path.read_text().split()[0] != first)
