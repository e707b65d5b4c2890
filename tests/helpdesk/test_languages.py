"""The interface in two languages: complete, fresh, and in the language of whoever reads it."""

import asyncio
import re
from datetime import UTC, datetime

import polib
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk import languages, thread
from helpdesk.models import Engine, Message
from helpdesk.prompts import NOT_FOUND, says_not_found
from helpdesk.records import Job
from tests.helpdesk.chats import answered
from tests.helpdesk.strings import of_python, of_templates

CATALOGUE = settings.LOCALE_PATHS[0] / "de" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[sdf]|%[sd%]|\{\w*\}|</?\w+")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(CATALOGUE)


def pairs(entry):
    """Each wording of an entry beside its translation."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


def test_everything_is_said_in_german_and_nothing_is_doubtful_or_left_over(catalogue):
    assert catalogue.untranslated_entries() == []
    assert catalogue.fuzzy_entries() == []
    assert catalogue.obsolete_entries() == []


def test_the_catalogue_holds_every_string_of_the_tree_and_no_other(catalogue):
    said = {*of_templates(settings.BASE_DIR), *of_python(settings.BASE_DIR)}
    known = {entry.msgid for entry in catalogue}
    assert said - known == set(), "Run manage.py makemessages, translate, compilemessages."
    assert known - said == set()


def test_each_translation_fills_in_what_its_original_does(catalogue):
    wrong = [
        said
        for entry in catalogue
        for said, german in pairs(entry)
        if set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(german))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_fresh(catalogue):
    compiled = polib.mofile(CATALOGUE.with_suffix(".mo"))
    assert {e.msgid: pairs(e) for e in compiled} == {e.msgid: pairs(e) for e in catalogue}


def test_a_page_comes_in_the_language_that_the_browser_asks_for(client, employee):
    client.force_login(employee)
    german = client.get("/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in german.content.decode()
    assert "Was möchten Sie wissen?" in german.content.decode()
    english = client.get("/", headers={"accept-language": "fr"})
    assert '<html lang="en-gb">' in english.content.decode()
    assert "What would you like to know?" in english.content.decode()


def test_a_language_can_be_chosen_and_holds(client, employee):
    client.force_login(employee)
    chosen = client.post(reverse("set_language"), {"language": "de", "next": "/who-reads-what/"})
    assert chosen.url == "/who-reads-what/"
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Was möchten Sie wissen?" in page
    assert 'value="en-gb" lang="en-gb">English</button>' in page


def test_a_socket_speaks_the_language_of_its_person():
    headers = [(b"accept-language", b"de")]
    assert languages.of({"headers": headers}) == "de"
    assert languages.of({"headers": headers, "cookies": {"django_language": "en-gb"}}) == "en-gb"
    assert languages.of({"headers": []}) == "en-gb"


async def test_each_socket_keeps_its_language_beside_another():
    told = []

    async def inner(scope, receive, send):
        await asyncio.sleep(0)
        told.append((scope["asks"], await sync_to_async(translation.get_language)()))

    application = languages.localised(inner)
    asked = ("de", "en-gb", "de")
    scopes = [{"headers": [(b"accept-language", one.encode())], "asks": one} for one in asked]
    await asyncio.gather(*(application(scope, None, None) for scope in scopes))
    assert all(asks == spoken for asks, spoken in told)
    assert len(told) == len(asked)
    assert translation.get_language() == "en-gb"


def test_the_fragments_of_an_answer_are_in_the_language_of_the_moment(employee):
    message = answered(employee, text=NOT_FOUND, abstained=True, status=Message.Status.DONE)
    job = Job(message.conversation_id, 0, message.pk, "How many days?", ())
    with translation.override("de"):
        assert "Anhalten" in thread.begun(job, "Suche")
        ended = thread.ended(message.pk, employee)
    assert "Ich konnte in den Dokumenten keine Antwort darauf finden." in ended
    message.refresh_from_db()
    assert says_not_found(message.text)


@pytest.mark.parametrize("language", ["en-gb", "de"])
def test_dates_are_written_one_way(language):
    moment = datetime(2026, 3, 7, 9, 6)
    with translation.override(language):
        assert date_format(moment, "DATE_FORMAT") == date_format(moment, _("j F Y"))
        assert date_format(moment, "DATETIME_FORMAT") == date_format(moment, _("j F Y, H:i"))
        assert date_format(moment, "SHORT_DATETIME_FORMAT").endswith("2026, 09:06")


def test_the_admin_tells_the_time_as_the_pages_do(client, administrator):
    Engine.objects.create(name="one", activated_at=datetime(2026, 3, 7, 15, 6, tzinfo=UTC))
    client.force_login(administrator)
    assert "7 March 2026, 15:06" in client.get(reverse("admin:helpdesk_engine_changelist")).text


def test_numbers_in_drawings_stay_numbers_in_german(client, administrator):
    client.force_login(administrator)
    page = client.get("/dashboard/", headers={"accept-language": "de"}).content.decode()
    for drawn in re.findall(r"<svg.*?</svg>", page, re.S):
        assert not re.search(r'(?:x|y|width|height|cx|cy)="\d+,\d', drawn)


def test_the_checks_find_nothing_wrong_with_the_languages():
    call_command("check", tags=["translation"])


def test_what_djangos_own_german_lacks_is_german_too(client, administrator):
    client.force_login(administrator)
    german = {"accept-language": "de"}
    scripts = client.get(reverse("admin:jsi18n"), headers=german).text
    assert "Alle %s ausw\\u00e4hlen" in scripts
    account = client.get(f"/admin/auth/user/{administrator.pk}/change/", headers=german).text
    assert "Passwort neu setzen" in account
    assert "Raw passwords" not in account


def test_the_admin_and_the_dashboard_speak_german_to_the_last_word(client, administrator):
    client.force_login(administrator)
    german = {"accept-language": "de"}
    admin = client.get("/admin/", headers=german).text
    assert all(name in admin for name in ("Wissen", "Sammlungen", "Textstellen", "Helpdesk"))
    dashboard = client.get(reverse("dashboard"), headers=german).text
    assert "30 Tage" in dashboard
    assert "30 days" not in dashboard
