"""What leaves the house of a hand-off: the mail and the signed webhook, and what stays."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from smtplib import SMTPException

import pytest
from django.core.checks import run_checks
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.errors import HelpdeskError
from helpdesk.handoff import deeds, mail, webhook
from helpdesk.handoff.transcript import transcript
from tests.helpdesk.answers import FACT, publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a long word that nobody guesses"


class Listener:
    """Another system on a loopback socket: keeps what it is told, answers what it shall."""

    def __init__(self):
        self.requests, self.statuses = [], []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format, *args):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.requests.append((dict(self.headers), body))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 204)
                self.send_header("Location", f"http://127.0.0.1:{listener.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_port
        poll = {"poll_interval": 0.02}
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs=poll)
        self.thread.start()

    def told(self, number=-1) -> dict:
        return json.loads(self.requests[number][1])

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def listener(settings):
    made = Listener()
    settings.HANDOFF_WEBHOOK_URL = f"http://127.0.0.1:{made.port}/hook?token=t0ken"
    settings.HANDOFF_WEBHOOK_SECRET = SECRET
    yield made
    made.close()


@pytest.fixture
def pay(manager, managers, everyone):
    """A manager's conversation: an answer from what managers read, and one from what all read."""
    closed = answered(manager, publish(managers, "pay.pdf", FACT), text="Grade E earns much [1].")
    open_one = closed.conversation.messages.create(role="assistant", text="25 days [1].")
    version = publish(everyone, "leave.pdf", FACT)
    open_one.citations.create(number=1, version=version, quote=FACT, verified=True)
    shown = closed.conversation.messages.create(role="assistant", text="Grade F, too.")
    shown.versions = [closed.citations.get().version_id]
    shown.save()
    return closed.conversation


def test_handing_over_mails_those_who_answer(run_jobs, conversation, employee, staff, mailoutbox):
    made = deeds.begin(conversation.pk, employee, "Please call me.")
    assert not mailoutbox
    run_jobs()

    (sent,) = mailoutbox
    assert sent.to == ["ciara@example.com"]
    assert sent.subject == f"{made.reference}: Emer Byrne asks for a person"
    assert f"http://127.0.0.1:8000/handoffs/{made.pk}/" in sent.body
    assert "Emer Byrne:\nHow many days?" in sent.body
    assert "Help desk:\nTake 25 days [1]." in sent.body
    assert "Emer Byrne:\nPlease call me." in sent.body


def test_the_mail_is_in_the_language_of_the_settings(settings, waiting, staff, mailoutbox):
    settings.MAIL_LANGUAGE = "de"
    mail.send(waiting.pk)
    assert mailoutbox[0].subject == f"{waiting.reference}: Emer Byrne bittet um einen Menschen"
    assert "Antworten Sie im Helpdesk:" in mailoutbox[0].body


def test_whoever_asks_is_not_told_of_their_own(staff, make_staff, mailoutbox):
    asker = make_staff("zara")
    asker.email = "zara@example.com"
    asker.save()
    waiting = deeds.begin(answered(asker).conversation_id, asker)
    mail.send(waiting.pk)

    assert [one.to for one in mailoutbox] == [["ciara@example.com"]]


def test_or_the_mailbox_of_the_settings(settings, waiting, staff, mailoutbox):
    settings.HANDOFF_EMAIL = "it@example.com"
    settings.SITE_URL = "https://desk.example.com"
    mail.send(waiting.pk)
    mail.send(waiting.pk)

    (sent,) = mailoutbox
    assert sent.to == ["it@example.com"]
    assert f"https://desk.example.com/handoffs/{waiting.pk}/" in sent.body


def test_a_mail_that_was_not_taken_is_tried_again(waiting, staff, monkeypatch, mailoutbox):
    def refuse(*args):
        raise SMTPException

    with monkeypatch.context() as context:
        context.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(SMTPException):
            mail.send(waiting.pk)
    mail.send(waiting.pk)
    assert len(mailoutbox) == 1


def test_an_address_that_is_refused_keeps_nobody_else_from_being_told_once(
    waiting, staff, make_staff, monkeypatch, mailoutbox
):
    make_staff("aoife", first_name="Aoife", email="gone@example.com")
    make_staff("zara", first_name="Zara", email="zara@example.com")
    send = EmailBackend.send_messages

    def choosy(self, messages):
        if any("gone@example.com" in one.to for one in messages):
            raise SMTPException
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", choosy)
    mail.send(waiting.pk)
    mail.send(waiting.pk)
    assert [one.to for one in mailoutbox] == [["ciara@example.com"], ["zara@example.com"]]


def test_a_name_makes_no_header(conversation, employee, staff, mailoutbox):
    employee.first_name = "Emer\nBcc: all@example.com"
    employee.save()
    deeds.begin(conversation.pk, employee)
    mail.send(conversation.handoffs.get().pk)

    assert mailoutbox[0].subject.endswith("Emer Bcc: all@example.com Byrne asks for a person")


def test_of_restricted_answers_no_word_goes_along(pay, manager, staff, mailoutbox, listener):
    made = deeds.begin(pay.pk, manager)
    mail.send(made.pk)
    webhook.post(made.changes.get().pk)

    for told in (mailoutbox[0].body, listener.requests[0][1].decode()):
        assert "Grade" not in told
        assert "pay" not in told
        assert "25 days [1]." in told
    assert "not everybody may read" in mailoutbox[0].body
    assert [one["text"] for one in listener.told()["transcript"]] == [
        "How many days?",
        None,
        "25 days [1].",
        None,
    ]


def test_what_was_asked_anew_and_what_came_later_stays(taken, employee):
    from helpdesk.models.handoffs import say_to_a_person

    change = taken.changes.first()
    say_to_a_person(taken.conversation_id, "Later", employee)
    taken.conversation.messages.filter(role="assistant").update(earlier=True)

    texts = [said.text for said in transcript(taken, change.after)]
    assert texts == ["How many days?", "Please call me."]


def test_once_it_has_ended_nothing_goes_out_any_more(taken, staff, mailoutbox, listener):
    taken.hand_back(staff)
    mail.send(taken.pk)
    webhook.post(taken.changes.first().pk)

    assert not mailoutbox
    assert listener.told()["transcript"] == []


def test_who_has_not_seen_an_answer_is_told_after_a_while(
    taken, staff, employee, mailoutbox, client
):
    employee.email = "emer@example.com"
    employee.save()
    deeds.say(taken, "It is five days.", staff)
    deeds.say(taken, "By March.", staff)
    (job,) = ProcrastinateJob.objects.filter(task_name="helpdesk.tasks.mail_asker")
    assert job.scheduled_at > timezone.now()
    mail.nudge(taken.pk)

    (sent,) = mailoutbox
    assert sent.to == ["emer@example.com"]
    assert taken.conversation.get_absolute_url() in sent.body
    assert "five days" not in sent.body

    client.force_login(employee)
    client.get(taken.conversation.get_absolute_url())
    mail.nudge(taken.pk)
    assert len(mailoutbox) == 1


def test_each_change_is_posted_signed_and_in_order(
    run_jobs, listener, conversation, employee, staff
):
    made = deeds.begin(conversation.pk, employee)
    deeds.take(made, staff)
    deeds.hand_back(made, staff)
    run_jobs()

    events = [listener.told(number)["event"] for number in range(3)]
    assert events == ["handoff.waiting", "handoff.taken", "handoff.returned"]
    assert listener.told(1)["by"]["name"] == "Ciara Walsh"
    assert "transcript" not in listener.told(1)
    for headers, body in listener.requests:
        stamp = headers["X-Helpdesk-Timestamp"]
        expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
        assert headers["X-Helpdesk-Signature"] == f"sha256={expected.hexdigest()}"
        assert headers["Idempotency-Key"] == json.loads(body)["id"]
    assert len({headers["Idempotency-Key"] for headers, _ in listener.requests}) == 3


def test_a_refusal_is_tried_again_with_the_same_key(
    run_jobs, listener, conversation, employee, caplog
):
    listener.statuses = [503, 204]
    made = deeds.begin(conversation.pk, employee)
    run_jobs()
    job = ProcrastinateJob.objects.get(task_name="helpdesk.tasks.post_handoff")
    assert (job.status, job.attempts) == ("todo", 1)
    assert "did not go out and may be tried again: The webhook answers 503." in caplog.text

    webhook.post(made.changes.get().pk)
    first, second = (headers["Idempotency-Key"] for headers, _ in listener.requests)
    assert first == second


def test_a_redirect_is_not_followed(listener, waiting):
    listener.statuses = [302]
    with pytest.raises(HelpdeskError, match="answers 302"):
        webhook.post(waiting.changes.get().pk)
    assert len(listener.requests) == 1


def test_who_is_away_is_told_without_the_address(listener, waiting):
    listener.close()
    with pytest.raises(HelpdeskError, match="can't be reached") as refused:
        webhook.post(waiting.changes.get().pk)
    assert "t0ken" not in str(refused.value)


def test_without_an_address_nothing_is_queued(conversation, employee):
    deeds.begin(conversation.pk, employee)

    assert not ProcrastinateJob.objects.filter(task_name="helpdesk.tasks.post_handoff").exists()


@pytest.mark.parametrize(
    ("url", "secret", "ids"),
    [
        ("", "", set()),
        ("https://tickets.example.com/hook", SECRET, set()),
        ("https://tickets.example.com/hook", "short", {"helpdesk.E008"}),
        ("tickets.example.com", SECRET, {"helpdesk.E007"}),
        ("file:///etc/passwd", SECRET, {"helpdesk.E007"}),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(settings, url, secret, ids):
    settings.HANDOFF_WEBHOOK_URL, settings.HANDOFF_WEBHOOK_SECRET = url, secret
    found = {found.id for found in run_checks(tags=["helpdesk"])}

    assert found & {"helpdesk.E007", "helpdesk.E008"} == ids
