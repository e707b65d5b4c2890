"""An administrator in Chromium: a PDF goes in, and is asked about."""

import re

import pytest
from playwright.sync_api import expect
from reportlab.pdfgen.canvas import Canvas

from tests.browser.test_chat import ask
from tests.live import opened_before, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "aquarium-policy.pdf"
    canvas = Canvas(str(path), invariant=1)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(72, 770, "Aquarium Policy")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 730, "The aquarium in the Limerick lobby holds 840 litres of water.")
    canvas.drawString(72, 712, "The fish are fed on Tuesdays and Fridays by the reception team.")
    canvas.save()
    return path


def test_an_administrator_uploads_a_pdf_and_asks_about_it(page, policy):
    sign_in(page, "administrator")
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_label("Collection").first.select_option(label="Everyone")
    page.locator("input[type=file][name=files]").set_input_files(str(policy))
    row = page.get_by_role("row").filter(has_text="aquarium-policy").first
    expect(row).to_contain_text(re.compile("ready", re.I), timeout=60_000)
    page.get_by_role("link", name="Chat").first.click()
    answer = ask(page, "How many litres does the aquarium in the lobby hold?")
    expect(answer).to_contain_text("840 litres")
    answer.locator("a.citation").first.click()
    expect(page.locator("#source")).to_contain_text("Aquarium policy")
    expect(page.locator("#source svg rect").first).to_be_visible()


def test_a_file_that_is_chosen_before_the_scripts_have_come_is_sent_too(page, tmp_path):
    note = tmp_path / "early-bird.md"
    note.write_text("# Early bird\n\nBreakfast is served from six in the morning.\n")
    sign_in(page, "administrator")
    with opened_before("uploads", page, "/documents/"):
        page.locator("input[type=file][name=files]").set_input_files(str(note))
    row = page.get_by_role("row").filter(has_text="early-bird.md").first
    expect(row).to_contain_text(re.compile("ready", re.I), timeout=60_000)


def test_a_damaged_file_says_what_to_do(page, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing that follows is a document\n")
    sign_in(page, "administrator")
    page.goto("/documents/")
    page.locator("input[type=file][name=files]").set_input_files(str(broken))
    row = page.get_by_role("row").filter(has_text="broken.pdf").first
    expect(row).to_contain_text(re.compile("damaged", re.I), timeout=60_000)
    expect(row).to_contain_text(re.compile("failed", re.I))


def test_a_document_is_deleted_only_after_a_question(page, tmp_path):
    note = tmp_path / "short-lived.md"
    note.write_text("# Short-lived\n\nThe zebra crossing is painted every March.\n")
    sign_in(page, "administrator")
    page.goto("/documents/")
    page.locator("input[type=file][name=files]").set_input_files(str(note))
    row = page.get_by_role("row").filter(has_text="short-lived.md").first
    expect(row).to_contain_text(re.compile("ready", re.I), timeout=60_000)
    row.get_by_role("link", name=re.compile("Delete")).or_(
        row.get_by_role("button", name=re.compile("Delete"))
    ).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Short-lived")
    dialog.get_by_role("button", name=re.compile("Delete")).click()
    expect(page.get_by_role("row").filter(has_text="short-lived.md")).to_have_count(0)


def test_the_admin_works_under_the_content_security_policy(page):
    sign_in(page, "administrator")
    for path in ("/admin/", "/admin/knowledge/document/", "/admin/tuning/qapair/add/"):
        assert page.goto(path).status == 200


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_no_column_of_the_admins_lists_is_cut_in_a_window_of_1280_pixels(new_page, language):
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "administrator")
    page.set_extra_http_headers({"Accept-Language": language})
    for path in ("knowledge/auditentry", "knowledge/passage", "tuning/qapair"):
        page.goto(f"/admin/{path}/")
        wide, shown = page.locator("#changelist .results").evaluate(
            "list => [list.scrollWidth, list.clientWidth]"
        )
        assert wide <= shown, path


def test_an_employee_sees_no_documents_page(page, problems):
    sign_in(page, "employee")
    expect(page.get_by_role("link", name="Documents")).to_have_count(0)
    assert page.goto("/documents/").status == 403
    problems.clear()
