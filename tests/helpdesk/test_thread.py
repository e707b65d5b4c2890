"""An answer's checks as they are kept with it and shown: at the stream's end and ever after."""

import pytest

from helpdesk import thread
from helpdesk.asking import ask
from helpdesk.events import Done, Support
from helpdesk.models import Message
from helpdesk.records import finish

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
