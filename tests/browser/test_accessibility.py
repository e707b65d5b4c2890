"""Every page that links lead to, before axe-core: light on a desktop, dark on a phone.

The pages' own policy lets no script in but theirs; only here it is set aside, for axe itself.
"""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_chat import ask
from tests.live import sign_in

pytestmark = pytest.mark.browser

MODES = (("light", 1280, 900), ("dark", 390, 844))
GRAVE = ("serious", "critical")
# What leaves the pages, and what is Django's own and not ours to mend.
LEFT_OUT = re.compile(r"^/(admin/|static/|accounts/logout/|healthz|v1/)|/file$|\.png$|/export/$")
MADE_FOR_THE_ADMIN = (
    "/admin/knowledge/index/",
    "/admin/knowledge/document/upload/",
    "/admin/tuning/run/",
    "/admin/tuning/run/add/",
    "/admin/tuning/qapair/",
    "/admin/tuning/qapair/preflight/",
    "/admin/tuning/qapair/import/",
)
MOST_PAGES = 60
# Colours that are still on their way from the light into the dark would be taken for faint ones.
SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""


class Look:
    """Looks at pages and remembers what is wrong with them, and which kinds it has seen."""

    def __init__(self):
        self.wrong, self.seen = [], set()

    def at(self, page, name):
        for scheme, width, height in MODES:
            show(page, scheme, width, height)
            self.wrong += [f"{name}, {scheme}: {fault}" for fault in faults(page)]
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                self.wrong.append(f"{name}: {wide} px wide on {width} px")
        # The next page comes in the light from the beginning.
        show(page, *MODES[0])

    def crawl(self, page, *starts):
        """Follows the links from `starts`; one page of each kind is enough."""
        waiting, looked_at = list(starts), []
        while waiting and len(self.seen) < MOST_PAGES:
            address = waiting.pop(0)
            kind = re.sub(r"\d+|[\w-]{20,}", "N", urlsplit(address).path)
            if kind in self.seen or LEFT_OUT.search(kind) and address not in starts:
                continue
            self.seen.add(kind)
            if page.goto(address).status != 200:
                continue
            self.at(page, kind)
            looked_at.append(address)
            waiting += [
                urlsplit(link)._replace(scheme="", netloc="", fragment="").geturl()
                for link in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
                if urlsplit(link).netloc == urlsplit(page.url).netloc
            ]
        self.in_german(page, looked_at)

    def in_german(self, page, addresses):
        """Words are longer there, and a phone is as narrow."""
        cookie = {"name": "django_language", "value": "de", "url": page.url}
        page.context.add_cookies([cookie])
        _scheme, width, height = MODES[1]
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(address)
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                self.wrong.append(f"{address} in German: {wide} px wide on {width} px")
        page.context.clear_cookies(name="django_language")
        show(page, *MODES[0])
        page.goto("/")


def show(page, scheme, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(SETTLED)


def faults(page):
    """What is wrong, and still is at a second look: a socket may have changed the page."""
    return grave(page) and grave(page)


def grave(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def test_axe_finds_nothing_grave_and_no_page_is_wider_than_a_phone(new_page):
    look = Look()
    employee, staff = new_page(bypass_csp=True), new_page(bypass_csp=True)
    show(employee, *MODES[0])
    show(staff, *MODES[0])
    employee.goto("/")
    look.at(employee, "sign-in page")
    sign_in(employee, "employee")
    look.at(employee, "empty chat")
    declined = ask(employee, "Who won the World Cup in 1998?")
    look.at(employee, "declined question")
    expect(declined).to_have_attribute("data-abstained", "")
    employee.goto("/")
    answer = ask(employee, "How many unused leave days can I carry over, and until when?")
    answer.locator("a.citation").first.click()
    expect(employee.locator("#source").get_by_role("img").first).to_be_visible()
    look.at(employee, "chat with a citation open")
    employee.keyboard.press("Escape")
    answer.get_by_role("button", name="This answer did not help").click()
    expect(answer.get_by_role("checkbox", name="Incomplete")).to_be_visible()
    look.at(employee, "feedback form")
    answer.get_by_role("checkbox", name="Incomplete").check()
    answer.get_by_role("button", name="Send").click()
    answer.get_by_role("link", name="Share").click()
    dialog = employee.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the link").click()
    shared = dialog.get_by_role("textbox").first.input_value()
    look.at(employee, "dialog of a link")
    employee.keyboard.press("Escape")
    employee.locator(".composer").get_by_role("link", name="Ask a person").click()
    expect(dialog).to_be_visible()
    look.at(employee, "dialog of a hand-off")
    dialog.get_by_role("button", name="Hand over").click()
    expect(employee.locator(".handoff-banner")).to_be_visible()
    look.crawl(employee, urlsplit(employee.url).path, urlsplit(shared).path)

    sign_in(staff, "curator")
    look.crawl(staff, "/feedback/")
    staff.get_by_role("button", name=re.compile("Your account")).click()
    staff.get_by_role("button", name="Sign out").click()
    sign_in(staff, "administrator")
    look.crawl(staff, "/documents/", "/connect/", *MADE_FOR_THE_ADMIN)
    assert not look.wrong, "\n".join(look.wrong)
    assert len(look.seen) > 25, look.seen


def test_the_keyboard_leads_through_a_talk_and_one_sentence_tells_that_it_is_answered(page):
    sign_in(page, "employee")
    skip = page.get_by_role("link", name="Skip to the content")
    skip.focus()
    expect(skip).to_be_in_viewport()
    ask(page, "What is the hotel limit in Manchester?")
    box = page.get_by_role("textbox", name="Ask a question")
    page.evaluate(
        """() => new MutationObserver(() => {
            const text = document.getElementById("announcer").textContent.trim();
            if (text) (window.announced ??= []).push(text);
        }).observe(document.getElementById("announcer"), {childList: true, characterData: true})"""
    )
    box.focus()
    page.keyboard.type("How many days a week may I work from home?")
    page.keyboard.press("Enter")
    answer = page.locator("article[data-role=assistant]").nth(1)
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(page.locator("#announcer")).to_have_text("Answer ready.")
    assert page.evaluate("window.announced") == ["Answer ready."]
    expect(box).to_be_focused()

    link = answer.locator("a.citation").first
    link.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_empty()
    expect(link).to_be_focused()

    person = page.locator(".composer").get_by_role("link", name="Ask a person")
    person.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(person).to_be_focused()


def test_german_is_chosen_in_the_menu_and_answers_come_in_it(page):
    sign_in(page, "employee")
    page.get_by_role("button", name=re.compile("Your account")).click()
    page.get_by_role("button", name="Deutsch").click()
    box = page.get_by_role("textbox", name="Stellen Sie eine Frage")
    box.fill("What is the hotel limit in Manchester?")
    page.get_by_role("button", name="Senden").click()
    answer = page.locator("article[data-role=assistant]").last
    expect(answer).to_have_attribute("data-status", "done", timeout=20_000)
    expect(answer.get_by_role("heading", name="Quellen")).to_be_visible()
    # The next question goes over the socket, and its fragments come back in German too.
    box.fill("Who won the World Cup in 1998?")
    page.get_by_role("button", name="Senden").click()
    declined = page.locator("article[data-role=assistant]").nth(1)
    expect(declined).to_have_attribute("data-abstained", "", timeout=20_000)
    expect(declined).to_contain_text("keine Antwort darauf finden")
    expect(page.locator("#announcer")).to_have_text("Es wurde nichts gefunden.")
    expect(page.locator("html")).to_have_attribute("lang", "de")


LONG = (
    "The Department of Water Treatment, Pumping Stations and Everything Else that has a Long Name"
)
COLLECTION = (
    f'from knowledge.models import Collection; one = Collection(name="{LONG}", slug="long")'
)


def test_a_long_name_makes_no_page_wider_than_a_phone(new_page, live_desk):
    live_desk.manage("shell", "-c", f"{COLLECTION}; one.save()")
    page = new_page(viewport={"width": 390, "height": 844})
    sign_in(page, "administrator")
    for address in ("/documents/", "/dashboard/", "/feedback/"):
        page.goto(address)
        expect(page.get_by_role("option", name=LONG).first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    live_desk.manage("shell", "-c", f"{COLLECTION}; Collection.objects.get(slug=one.slug).delete()")
