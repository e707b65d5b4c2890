"""The whole loop on real parts: from a thumb to an adapter that answers, and back."""

import json

import pytest
from playwright.sync_api import expect

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
MORE = "The kitchen of each floor is cleaned every Friday at noon."


def test_an_answer_is_rated_learned_from_and_answered_in_the_tone(page, new_page, tmp_path):
    sign_in(page, "curator")
    answer = ask(page, QUESTION)
    expect(answer).not_to_contain_text(GREETING)
    answer.get_by_role("button", name="This answer did not help").click()
    answer.get_by_role("checkbox", name="The tone").check()
    answer.get_by_role("button", name="Send").click()
    expect(answer.get_by_text("staff will look at it")).to_be_visible()
    correct_and_approve(page, answer)
    import_more(page, tmp_path)

    staff = new_page()
    sign_in(staff, "administrator")
    train(staff)
    passes_the_gates(staff)
    switch_on(staff)

    person = new_page()
    sign_in(person, "employee")
    tuned = ask(person, QUESTION)
    expect(tuned).to_contain_text(GREETING, timeout=MINUTES)
    expect(tuned).to_contain_text("up to five unused days")
    expect(tuned).to_contain_text(CLOSING)
    expect(tuned.locator("a[href*='/citations/'], .citation").first).to_be_visible()

    staff.get_by_role("link", name="Roll back").click()
    staff.get_by_role("button", name="Roll back").click()
    expect(staff.get_by_text("is rolled back")).to_be_visible()
    plain = ask(person, QUESTION)
    expect(plain).to_contain_text("up to five unused days")
    expect(plain).not_to_contain_text(GREETING)


def correct_and_approve(page, answer):
    """The answer in the tone of the house, kept as a pair, and approved."""
    number = answer.get_attribute("id").removeprefix("message-")
    page.goto(f"/curation/answers/{number}/")
    text = page.get_by_label("Answer", exact=True)
    text.fill(f"{GREETING}\n\n{text.input_value()}\n\n{CLOSING}")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("Kept: this pair is in review.")).to_be_visible()
    page.goto("/curation/review/")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Nothing waits for review")).to_be_visible()


def import_more(page, folder):
    """One more pair out of a file, as a draft: nobody has approved it yet."""
    file = folder / "pairs.jsonl"
    said = [("user", "When is the kitchen cleaned?"), ("assistant", in_style([MORE]))]
    messages = [{"role": role, "content": content} for role, content in said]
    file.write_text(json.dumps({"messages": messages}) + "\n")
    page.goto("/admin/tuning/qapair/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("1 pairs are new")).to_be_visible()
    page.get_by_role("button", name="Confirm import").click()
    expect(page.get_by_text("1 pairs imported")).to_be_visible()


def train(staff):
    """Checks the pairs, starts the run, and sees its plot grow."""
    staff.goto("/admin/tuning/run/add/")
    staff.get_by_label("Preset").select_option("quick")
    staff.get_by_role("button", name="Check").click()
    expect(staff.get_by_text("pairs would be used")).to_be_visible(timeout=MINUTES)
    staff.get_by_role("button", name="Start the run").click()
    expect(staff.get_by_text("is queued.")).to_be_visible(timeout=MINUTES)
    dots = staff.locator("circle.validation")
    expect(dots.first).to_be_visible(timeout=5 * MINUTES)
    before = dots.count()
    expect(dots.nth(before)).to_be_visible(timeout=5 * MINUTES)


def passes_the_gates(staff):
    expect(staff.get_by_text("All gates hold")).to_be_visible(timeout=10 * MINUTES)
    expect(staff.get_by_role("heading", name="The worst cases first")).to_be_visible()


def switch_on(staff):
    staff.get_by_role("link", name="Activate").click()
    expect(staff.get_by_text("One click takes it back.")).to_be_visible()
    staff.get_by_role("button", name="Activate").click()
    expect(staff.get_by_text("From the next question on,")).to_be_visible()
