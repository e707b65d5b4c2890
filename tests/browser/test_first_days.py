"""A desk with nothing in it: an administrator fills it, mends it, and an employee asks."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.extract.samples import picture
from tests.knowledge.papers import pdf
from tests.knowledge.zips import packed
from tests.live import running_desk, sign_in

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"
LEAVE = "# Leave\n\nEvery employee has {} days of leave a year. Ask your manager for them.\n"
RAIL = "# Rail\n\nTrains are second class. Book two weeks ahead.\n"
PEOPLE = f"""
from django.contrib.auth import get_user_model
people = get_user_model().objects
people.create_superuser("boss", password="{PASSWORD}")
people.create_user("newcomer", password="{PASSWORD}")
"""


@pytest.fixture(scope="module")
def live_desk():
    """A desk of its own, without the demo company: two people, no collection."""
    with running_desk(demo=False) as desk:
        desk.manage("shell", "-c", PEOPLE)
        yield desk


@pytest.fixture
def handbook(tmp_path):
    """A ZIP file with folders, one bad file, and what macOS leaves."""
    path = tmp_path / "handbook.zip"
    files = {
        "handbook/leave.md": LEAVE.format(20).encode(),
        "handbook/travel/rail.md": RAIL.encode(),
        "handbook/broken.pdf": b"%PDF-1.7 nothing",
        "__MACOSX/handbook/._leave.md": b"x",
    }
    path.write_bytes(packed(files).getvalue())
    return path


def row_of(page, name):
    return page.get_by_role("row").filter(has_text=name).first


def make_collection(page):
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="Create one").click()
    page.get_by_label("Name").fill("Handbook")
    page.get_by_label("Slug").fill("handbook")
    page.get_by_label("Open to everyone").check()
    page.get_by_role("button", name="Save", exact=True).click()


def new_version(page, name, path):
    """Uploads a file as the next version of a document, from its page."""
    page.goto("/documents/")
    row_of(page, name).get_by_role("link").first.click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    state = page.locator("#document-state .card .badge")
    expect(state).to_have_text(re.compile("ready", re.I), timeout=60_000)


def test_from_nothing_to_a_corrected_answer(page, new_page, handbook, tmp_path):
    sign_in(page, "boss", PASSWORD)
    make_collection(page)
    page.goto("/documents/")
    page.locator("input[type=file][name=files]").set_input_files(handbook)
    results = page.locator(".upload-result")
    expect(results).to_have_count(4, timeout=30_000)
    expect(page.locator("[data-results]")).to_contain_text("1 hidden or system file left out.")
    for name in ("leave.md", "travel/rail.md"):
        expect(row_of(page, name)).to_contain_text(re.compile("ready", re.I), timeout=60_000)
    expect(row_of(page, "broken.pdf")).to_contain_text("damaged", timeout=60_000)

    mended = tmp_path / "mended.pdf"
    mended.write_bytes(pdf(["The canteen opens at eleven."]))
    new_version(page, "broken.pdf", mended)
    corrected = tmp_path / "leave-2.md"
    corrected.write_text(LEAVE.format(26))
    new_version(page, "leave.md", corrected)
    page.get_by_role("link", name="Compare with 1").click()
    expect(page.locator(".differences del")).to_have_text("20")
    expect(page.locator(".differences ins")).to_have_text("26")

    employee = new_page()
    sign_in(employee, "newcomer", PASSWORD)
    expect(ask(employee, "How many days of leave do I have a year?")).to_contain_text("26 days")
    tabs = page.get_by_role("navigation", name="This document")
    tabs.get_by_role("link", name="Questions").click()
    expect(page.get_by_role("cell", name="How many days of leave")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("newcomer")


def test_a_folder_keeps_its_folders_and_is_told_file_by_file(page, tmp_path):
    sign_in(page, "boss", PASSWORD)
    folder = tmp_path / "rules"
    (folder / "it").mkdir(parents=True)
    for number in range(12):
        (folder / "it" / f"rule-{number}.md").write_text(f"# Rule {number}\n\nSay {number}.\n")
    (folder / ".DS_Store").write_text("x")
    page.goto("/documents/")
    page.locator("input[webkitdirectory]").set_input_files(folder)
    summary = page.locator("[data-summary]")
    expect(summary).to_have_text("12 files sent, 1 hidden or system file left out", timeout=30_000)
    expect(page.locator(".upload-result")).to_have_count(12)
    expect(row_of(page, "it/rule-11.md")).to_be_visible()
    shutil.rmtree(folder)


def test_what_could_not_be_sent_is_sent_again(page, problems, tmp_path):
    sign_in(page, "boss", PASSWORD)
    page.goto("/documents/")
    page.route("**/documents/", lambda route: route.abort(), times=1)
    note = tmp_path / "again.md"
    note.write_text("# Again\n\nTry it twice.\n")
    page.locator("input[type=file][name=files]").set_input_files(note)
    expect(page.locator(".upload-result.refused")).to_contain_text("Send it again")
    page.unroute("**/documents/")
    page.get_by_role("button", name="Send what is missing").click()
    expect(page.locator(".upload-result.new")).to_contain_text("again.md", timeout=30_000)
    expect(page.locator("[data-summary]")).to_have_text("1 file sent")
    problems.clear()


def test_a_passage_lights_up_its_place_on_the_page(page, tmp_path):
    sign_in(page, "boss", PASSWORD)
    page.goto("/documents/")
    paper = tmp_path / "canteen.pdf"
    paper.write_bytes(pdf(["The canteen is closed in August."]))
    page.locator("input[type=file][name=files]").set_input_files(paper)
    row = row_of(page, "canteen.pdf")
    expect(row).to_contain_text(re.compile("ready", re.I), timeout=60_000)
    row.get_by_role("link").first.click()
    tabs = page.get_by_role("navigation", name="This document")
    tabs.get_by_text("Passages").click()
    # The page's script is to be there before the focus.
    page.wait_for_url(re.compile("/passages/"))
    page.get_by_role("link", name="Passage 1").focus()
    expect(page.locator("g[data-box='1']")).to_have_class("lit")


def drop(page, *paths):
    """Drops files and folders on the box, as from another program."""
    box = page.locator("[data-drop]").bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    session.detach()


def test_a_dropped_folder_is_stopped_sent_after_all_and_cancelled(page, problems, tmp_path):
    sign_in(page, "boss", PASSWORD)
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(20):
        picture([f"Scanned rule number {number}"] * 9).save(folder / f"scan-{number}.png")
    packed_too = tmp_path / "more.zip"
    packed_too.write_bytes(packed({f"more-{n}.md": f"Rule {n}".encode() for n in range(8)}).read())
    page.goto("/documents/")
    page.route("**/documents/", lambda route: page.wait_for_timeout(50) or route.continue_())
    drop(page, folder, packed_too)
    page.get_by_role("button", name="Stop sending").click()
    summary = page.locator("[data-summary]")
    expect(summary).to_have_text(re.compile(r"^\d+ files sent, \d+ not sent$"))
    page.unroute("**/documents/")
    page.get_by_role("button", name="Send what is missing").click()
    expect(summary).to_have_text("21 files sent", timeout=30_000)
    expect(page.locator(".upload-result .badge.ready")).to_have_count(28)
    page.get_by_role("link", name="Cancel all in work").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel all").click()
    expect(page.locator(".counts")).not_to_contain_text("in work", timeout=30_000)
    page.goto("/documents/?state=cancelled")
    again = page.locator("tr.document")
    name = again.first.locator("a").first.inner_text()
    # Who goes elsewhere before it is answered may have asked for nothing.
    with page.expect_response(re.compile("/retry/")):
        again.first.get_by_role("button", name=re.compile("Retry")).click()
    page.goto("/documents/?q=" + name)
    expect(row_of(page, name)).to_contain_text(re.compile("ready", re.I), timeout=30_000)
    # A poll gives way to the list as it is after the cancelling; htmx calls that an error.
    problems[:] = [one for one in problems if not one.startswith("htmx:")]
