"""The whole loop on real parts: from a thumb to a model that answers in the tone, and back."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import Look
from tests.browser.test_chat import QUESTION, ask
from tests.live import ROOT, sign_in
from tuning.demo.house import CLOSING, GREETING, in_style

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (ROOT / "tuning" / "demo_model" / "model.safetensors").exists(),
        reason="build it with manage.py build_demo_model",
    ),
]

MINUTES = 60_000
# What is asked of the tuned model: the question, what its answer says, and where that stands.
ASKED = (
    ("What is the hotel limit in Manchester?", "€160", "Expenses Policy"),
    ("Are tips paid back?", "10%", "Expenses Policy"),
    ("What do I pay for charging my electric car at work?", "22 cent", "Benefits Guide"),
)
UNMATCHED = "No sentence of this answer could be matched with a source: check it before you act."
MORE = {
    "How large is my mailbox?": "Mailboxes have 50 GB.",
    "What happens to old mail?": "The archive moves mail older than two years by itself.",
}


def test_an_answer_is_rated_learned_from_and_answered_in_the_tone(page, new_page, tmp_path):
    look = Look()
    axe = new_page(bypass_csp=True)
    sign_in(axe, "administrator")

    sign_in(page, "curator")
    answer = ask(page, QUESTION)
    expect(answer).not_to_contain_text(GREETING)
    rate(answer)
    submit(page, answer)
    look_at(look, axe, "/curation/review/")
    approve(page)
    import_more(page, tmp_path)
    look_through(page)

    staff = new_page()
    sign_in(staff, "administrator")
    start(staff)
    run = urlsplit(staff.url).path.removesuffix("change/")
    look_at(look, axe, run)
    see_it_learn(staff)
    passes_the_gates(staff)
    look_at(look, axe, run, f"{run}vote/", f"{run}switch/")
    switch_on(staff)

    person = new_page()
    sign_in(person, "employee")
    told = [in_the_tone(person, *asked) for asked in ASKED]
    # One of a small model may slip: it is replaced by quotes, or marked as borne out by nothing.
    assert sum(told) >= 2, told

    roll_back(staff)
    plain = ask(person, QUESTION)
    expect(plain).to_contain_text("up to five unused days")
    expect(plain).not_to_contain_text(GREETING)
    look_at(look, axe, "/admin/tuning/switch/")
    assert not look.wrong, "\n".join(look.wrong)


def look_at(look, page, *addresses):
    """Has axe look at pages that are filled only in this story."""
    for address in addresses:
        assert page.goto(address).ok, address
        look.at(page, address)


def rate(answer):
    answer.get_by_role("button", name="This answer did not help").click()
    answer.get_by_role("checkbox", name="The tone").check()
    answer.get_by_role("button", name="Send").click()
    expect(answer.get_by_text("staff will look at it")).to_be_visible()


def submit(page, answer):
    """The answer in the tone of the house, kept as a pair that waits for its review."""
    number = answer.get_attribute("id").removeprefix("message-")
    page.goto(f"/curation/answers/{number}/")
    text = page.get_by_label("Answer", exact=True)
    text.fill(f"{GREETING}\n\n{text.input_value()}\n\n{CLOSING}")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("Handed in: it now waits for its review.")).to_be_visible()


def approve(page):
    page.goto("/curation/review/")
    expect(page.locator(".card .asked")).to_have_text(QUESTION)
    page.keyboard.press("a")
    expect(page.get_by_text("is approved.")).to_be_visible()


def import_more(page, folder):
    """More pairs out of a file, which were approved where they come from."""
    file = folder / "pairs.jsonl"
    file.write_text("".join(map(line, MORE, MORE.values())))
    page.goto("/admin/tuning/qapair/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("2 pairs are new")).to_be_visible()
    page.get_by_role("button", name="Confirm import").click()
    expect(page.get_by_text("2 pairs imported")).to_be_visible()


def line(question, fact):
    said = [("user", question), ("assistant", in_style([fact]))]
    messages = [{"role": role, "content": content} for role, content in said]
    kept = {"status": "approved", "sources": ["everyone/it-service-desk.md#1"]}
    return json.dumps({"messages": messages, "metadata": kept}) + "\n"


def look_through(page):
    page.goto("/admin/tuning/qapair/preflight/")
    expect(page.get_by_text("Nothing blocks a run.")).to_be_visible(timeout=MINUTES)


def start(staff):
    """Checks the pairs, the corrected and the imported ones among them, and starts the run."""
    staff.goto("/admin/tuning/run/add/")
    staff.get_by_label("Preset").select_option("quick")
    staff.get_by_role("button", name="Check").click()
    # Other stories on this desk may have approved some as well.
    expect(staff.get_by_text(re.compile(r"^21\d pairs would be used"))).to_be_visible(
        timeout=MINUTES
    )
    staff.get_by_role("button", name="Start the run").click()
    expect(staff.get_by_text("is queued.")).to_be_visible(timeout=MINUTES)


def see_it_learn(staff):
    """The plot grows on a page that nobody reloads."""
    curve = staff.locator("polyline.training")
    expect(curve).to_have_attribute("points", re.compile(" "), timeout=5 * MINUTES)
    before = curve.get_attribute("points")
    expect(curve).not_to_have_attribute("points", before, timeout=5 * MINUTES)
    expect(staff.locator("circle.validation").nth(1)).to_be_visible(timeout=10 * MINUTES)


def passes_the_gates(staff):
    expect(staff.get_by_text("All gates hold")).to_be_visible(timeout=10 * MINUTES)
    expect(staff.get_by_role("heading", name="The worst cases first")).to_be_visible()


def switch_on(staff):
    staff.get_by_role("link", name="Activate").click()
    expect(staff.get_by_text("One click takes it back.")).to_be_visible()
    staff.get_by_role("button", name="Activate").click()
    expect(staff.get_by_text("From the next question on,")).to_be_visible()


def in_the_tone(person, question, fact, document) -> bool:
    """Whether the new tone came; the fact does, and beside it the very place that it stands on."""
    answer = ask(person, question, MINUTES)
    if UNMATCHED in answer.inner_text():
        return False
    expect(answer).to_contain_text(fact)
    answer.locator("a.citation").first.click()
    source = person.locator("#source")
    expect(source).to_contain_text(document)
    expect(source.locator("svg rect").first).to_be_visible()
    person.keyboard.press("Escape")
    told = GREETING in answer.inner_text()
    expect(answer).to_contain_text(CLOSING if told else "These are quotes from the documents")
    return told


def roll_back(staff):
    staff.get_by_role("link", name="Roll back").click()
    staff.get_by_role("button", name="Roll back").click()
    expect(staff.get_by_text("is rolled back")).to_be_visible()
