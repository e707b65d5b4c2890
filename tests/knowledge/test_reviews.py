from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core.mail.backends.locmem import EmailBackend

from knowledge import publishing, reviews
from knowledge.models import Document
from tests.knowledge.versions import DAY, day, deeds, published, travel


@pytest.fixture(autouse=True)
def today(monkeypatch):
    travel(monkeypatch, 0)


@pytest.fixture
def owner(make_user):
    return make_user("owner", "Managers", email="owner@example.com")


def due(collection, owner, name="leave.txt", on=0):
    document = published(collection, name=name).document
    document.entrust(owner, day(on), None)
    return document


def test_an_owner_gets_one_mail_with_everything_that_is_due(everyone, owner, mailoutbox):
    due(everyone, owner, "leave.txt", -3)
    due(everyone, owner, "travel.txt")
    due(everyone, owner, "later.txt", 1)
    assert reviews.remind() == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["owner@example.com"], "2 documents are due for review")
    assert "- leave.txt (Everyone), since 7 March 2026\n- travel.txt (Everyone)" in mail.body
    assert "later.txt" not in mail.body


def test_the_mail_is_in_the_language_of_the_settings(everyone, owner, mailoutbox, settings):
    settings.MAIL_LANGUAGE = "de"
    due(everyone, owner, "leave.txt", -3)
    assert reviews.remind() == 1
    (mail,) = mailoutbox
    assert mail.subject == "Ein Dokument ist zur Prüfung fällig"
    assert "- leave.txt (Everyone), seit 7. März 2026" in mail.body


def test_nobody_is_told_twice_of_one_review(everyone, owner, mailoutbox, monkeypatch):
    document = due(everyone, owner)
    assert [reviews.remind(), reviews.remind()] == [1, 0]
    travel(monkeypatch, 5)
    assert reviews.remind() == 0
    document.reviewed(owner, day(9))
    travel(monkeypatch, 8)
    assert reviews.remind() == 0
    travel(monkeypatch, 9)
    assert reviews.remind() == 1
    assert len(mailoutbox) == 2


def test_nobody_is_told_at_night(everyone, owner, monkeypatch):
    due(everyone, owner)
    monkeypatch.setattr(reviews, "MORNING", 13)
    assert reviews.remind() == 0


@pytest.mark.parametrize("change", ["withdrawn", "nobody's", "no address", "locked", "no reader"])
def test_some_are_not_told(everyone, managers, owner, administrator, change):
    document = due(managers, owner)
    if change == "withdrawn":
        publishing.withdraw(document, administrator)
    elif change == "nobody's":
        document.entrust(None, day(0), None)
    elif change == "no reader":
        owner.groups.clear()
    else:
        owner.email = "" if change == "no address" else owner.email
        owner.is_active = change != "locked"
        owner.save()
    assert reviews.remind() == 0
    assert not Document.objects.exclude(reminded_on=None).exists()


def test_who_could_not_be_told_is_told_the_next_time(everyone, owner, mailoutbox, monkeypatch):
    def fail(self, messages):
        raise SMTPException("down")

    due(everyone, owner)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        with pytest.raises(SMTPException):
            reviews.remind()
    assert reviews.remind() == 1
    assert len(mailoutbox) == 1


def test_an_address_that_is_refused_keeps_nobody_else_from_being_told(
    everyone, owner, make_user, mailoutbox, monkeypatch
):
    send = EmailBackend.send_messages

    def choosy(self, messages):
        if messages[0].to == ["owner@example.com"]:
            raise SMTPException("no such mailbox")
        return send(self, messages)

    due(everyone, owner)
    due(everyone, make_user("other", email="other@example.com"), "travel.txt")
    monkeypatch.setattr(EmailBackend, "send_messages", choosy)
    with pytest.raises(SMTPException):
        reviews.remind()
    assert [mail.to for mail in mailoutbox] == [["other@example.com"]]


def test_the_documents_that_are_due_are_those_that_answer(everyone, owner):
    document = due(everyone, owner)
    Document.objects.create(collection=everyone, name="unread.txt", review_on=day(-1))
    assert list(Document.objects.due_for_review(day(0))) == [document]
    assert not Document.objects.due_for_review(day(0) - timedelta(days=1))


def test_a_review_is_written_down(everyone, owner):
    document = due(everyone, owner)
    document.reviewed(owner, day(0) + 365 * DAY)
    document.refresh_from_db()
    assert (document.review_on, document.reminded_on) == (day(365), None)
    assert deeds()[-1] == ("changed", "owner", None)
