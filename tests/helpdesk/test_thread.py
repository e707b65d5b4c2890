"""An answer's checks as they are kept with it and shown: at the stream's end and ever after."""

from dataclasses import replace

import pytest

from helpdesk import thread
from helpdesk.asking import ask
from helpdesk.events import Done, Failed, Support
from helpdesk.models import Message
from helpdesk.records import finish
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import quote_of

pytestmark = pytest.mark.django_db

TEXT = (
    "You get 25 days. You also get a car. See [us](https://people.example) [it](https://x.example)."
)
DOUBT = 'class="unsupported" title="Not found in the sources">You also get a car.'


@pytest.fixture
def answer(employee):
    """An answer with one sentence that no source bears out."""

    def end(**fields):
        job = ask(None, "How many days?", employee)
        finish(job, Done(TEXT, engine="Test model", **fields), "")
        return Message.objects.get(pk=job.answer_id)

    return end


def quoted_from(version):
    version.document.refresh_from_db()
    quote = quote_of(version)
    return replace(quote, passage=replace(quote.passage, title=str(version.document)))


def doubted(sentence="You also get a car."):
    start = TEXT.index(sentence)
    return Support(3, ((start, start + len(sentence)),))


def test_the_end_of_the_stream_and_the_page_mark_the_same_sentence(answer, client, employee):
    kept = answer(support=doubted())
    client.force_login(employee)
    page = client.get(kept.conversation.get_absolute_url()).content.decode()

    for shown in (thread.ended(kept.pk, employee), page):
        assert DOUBT in shown
        assert "One sentence was not found in the sources." in shown


def test_what_was_supported_is_kept_as_figures(answer):
    kept = answer(support=doubted())

    assert kept.verification["sentences"] == 3
    assert len(kept.verification["unsupported"]) == 1


def test_an_answer_that_stands_on_its_sources_has_no_mark(answer, employee):
    shown = thread.ended(answer(support=Support(3)).pk, employee)

    assert "unsupported" not in shown
    assert "not found in the sources" not in shown


def test_an_answer_from_before_there_were_checks_is_shown_without_marks(answer, employee):
    kept = answer()
    Message.objects.filter(pk=kept.pk).update(verification={})

    assert "You also get a car." in thread.ended(kept.pk, employee)


def test_only_links_that_were_checked_can_be_clicked_and_none_while_it_runs(answer, employee):
    kept = answer(links=("https://people.example",))
    shown = thread.ended(kept.pk, employee)

    assert 'href="https://people.example"' in shown
    assert "https://x.example" not in shown
    assert "<a" not in thread.changed(kept.pk, TEXT, "")


@pytest.mark.parametrize(
    "fields", [{}, {"cut_off": True}, {"abstained": True}, {"note": "Ask again."}]
)
def test_the_end_as_it_is_kept_shows_what_is_read_again_later(everyone, manager, fields):
    quote = quoted_from(publish(everyone, "leave.pdf", TEXT))
    conflict = (quote, replace(quote, number=2))
    job = ask(None, "How many days?", manager)
    end = Done(f"{TEXT} [1]", conflict, conflict=conflict, support=doubted(), **fields)
    kept = finish(job, end, "")

    assert thread.just_ended(kept, manager) == thread.ended(job.answer_id, manager)


def test_so_does_one_that_failed_or_was_kept_twice(everyone, employee):
    quote = quoted_from(publish(everyone, "leave.pdf", TEXT))
    job = ask(None, "How many days?", employee)
    failed = finish(job, Failed("It broke."), "You get")
    assert thread.just_ended(failed, employee) == thread.ended(job.answer_id, employee)
    first, again = (finish(job, Done(TEXT, (quote,)), "") for _ in range(2))

    assert first.citations == again.citations
    assert thread.just_ended(again, employee) == thread.ended(job.answer_id, employee)


def test_what_was_deleted_meanwhile_is_not_kept(employee):
    job = ask(None, "How many days?", employee)
    Message.objects.all().delete()

    assert finish(job, Done(TEXT), "") is None
