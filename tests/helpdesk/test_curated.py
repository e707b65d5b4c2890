from datetime import timedelta

import pytest
from django.utils import timezone, translation

from helpdesk import asking, chain, curated, generation, pinning, records
from helpdesk.errors import HelpdeskError
from helpdesk.events import Done, Sources
from helpdesk.models import CuratedAnswer, CuratedPhrasing, Message
from helpdesk.tasks import curate
from helpdesk.thread import messages
from knowledge import embeddings
from knowledge.models import Index, Version
from tests.helpdesk.answers import FACT, QUESTION, events_of, publish

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = "You have **25 days** a year [1]."
OTHER_WORDS = "What is my yearly holiday?"


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch):
    monkeypatch.setattr(curated, "LOOK_EVERY", -1.0)


@pytest.fixture
def pin(administrator, leave):
    def pin(sources=((leave, ""),), **values):
        told = {"question": QUESTION, "answer": ANSWER, "team": "The People team"} | values
        return pinning.pin(sources=list(sources), by=administrator, **told)

    return pin


def asked(user, question=QUESTION, history=(), engine=None) -> Done:
    *_, end = events_of(chain.answer(question, user, history, engine))
    return end


def test_it_answers_its_question_word_for_word_with_its_source(pin, employee, leave):
    row = pin()
    end = asked(employee, "Please, how many days of the paid annual leave?")
    assert (end.text, end.engine, end.abstained) == (ANSWER, "curated", False)
    (quote,) = end.quotes
    assert quote.verified
    assert quote.passage.version_id == leave.pk
    assert quote.text in leave.passages.get().text
    assert "The People team" in end.note
    assert end.trace["curated"] == row.pk


def test_the_answer_is_kept_with_its_citation_and_what_it_draws_on(pin, employee, leave):
    pin()
    job = asking.ask(None, QUESTION, employee)
    *events, end = events_of(chain.answer(QUESTION, employee))
    (sources,) = [event for event in events if isinstance(event, Sources)]
    versions = [one.version_id for one in sources.passages]
    assert records.finish(job, end, "", versions)
    answer = Message.objects.get(pk=job.answer_id)
    assert answer.versions == [leave.pk]
    assert answer.citations.get().verified
    shown = messages(answer.conversation, employee)[-1]
    assert "Answered by The People team, checked on" in shown["note"]


def test_its_day_is_written_as_the_reader_writes_days(pin, employee, leave):
    row = pin()
    with translation.override("de"):
        assert f"geprüft am {row.checked_on.day}. " in curated.whole(row.pk, employee).note


def test_other_phrasings_are_answered_too(pin, employee):
    pin(phrasings=[OTHER_WORDS, ""])
    assert asked(employee, "What's my yearly holiday, please?").engine == "curated"


class TestALanguageModelJudges:
    """Whether a question in other words asks the same; see docs/curated-answers.md."""

    @pytest.fixture(autouse=True)
    def pinned(self, pin, settings):
        settings.CURATED_SIMILARITY = -1.0
        self.row = pin()

    @pytest.mark.parametrize("reply", ["yes", "Yes.", "<think>No… wait.</think>YES"])
    def test_a_plain_yes_answers_directly(self, reply, employee, engine, model_server):
        model_server.says(reply)
        end = asked(employee, OTHER_WORDS, engine=engine)
        assert (end.text, end.engine, end.offered) == (ANSWER, "curated", None)
        assert (end.trace["curated"], end.trace["judged"]) == (self.row.pk, True)
        assert "judge" in end.timings_ms
        (request,) = model_server.requests
        assert OTHER_WORDS in request.messages[1]["content"]
        assert QUESTION in request.messages[1]["content"]

    @pytest.mark.parametrize("reply", ["no", "yes, but for part-timers", "", "Yes and no"])
    def test_anything_else_offers_it_as_before(self, reply, employee, engine, model_server):
        model_server.says(reply)
        model_server.says("25 days [1].")
        end = asked(employee, OTHER_WORDS, engine=engine)
        assert (end.engine, end.offered) == (engine.label, self.row.pk)
        assert end.trace["judged"] is False

    def test_a_model_that_fails_or_is_slow_costs_the_offer_nothing(
        self, employee, engine, model_server, monkeypatch
    ):
        monkeypatch.setattr(generation, "JUDGE_SECONDS", 0.2)
        model_server.hangs()
        model_server.says("25 days [1].")
        assert asked(employee, OTHER_WORDS, engine=engine).offered == self.row.pk

    def test_the_same_words_and_other_matters_ask_no_model(
        self, employee, engine, model_server, settings
    ):
        assert asked(employee, engine=engine).engine == "curated"
        assert not model_server.requests
        settings.CURATED_SIMILARITY = 1.1
        model_server.says("25 days [1].")
        assert asked(employee, OTHER_WORDS, engine=engine).offered is None
        assert len(model_server.requests) == 1

    def test_a_small_model_that_is_shown_sentences_judges_nothing(
        self, employee, engine, model_server
    ):
        engine.context = engine.Context.SENTENCES
        model_server.thinks(lambda messages: "yes")
        end = asked(employee, OTHER_WORDS, engine=engine)
        assert (end.offered, end.trace["judged"]) == (self.row.pk, None)

    def test_it_answers_only_whom_it_still_answers_when_the_model_has_spoken(
        self, employee, engine, monkeypatch
    ):
        async def paused_meanwhile(*asked):
            await CuratedAnswer.objects.aupdate(active=False)
            return True

        monkeypatch.setattr(generation, "asks_same", paused_meanwhile)
        assert asked(employee, OTHER_WORDS, engine=engine).engine != "curated"


def test_other_words_are_answered_from_the_documents_and_the_answer_is_offered(
    pin, employee, settings
):
    row = pin()
    settings.CURATED_SIMILARITY = 0.2
    end = asked(employee, "How many days of leave for part-timers?")
    assert (end.engine, end.offered) == ("quotes", row.pk)
    settings.CURATED_SIMILARITY = 1.0
    assert asked(employee, "How many days of leave for part-timers?").offered is None


def test_the_offer_is_shown_as_long_as_it_answers(pin, employee):
    row = pin()
    offered = curated.offer(row.pk, employee)
    assert offered == {"question": QUESTION, "team": "The People team"}
    row.pause()
    assert curated.offer(row.pk, employee) is None
    assert curated.offer(None, employee) is None


def test_a_question_that_leans_on_the_conversation_is_searched(pin, employee):
    from tests.helpdesk.answers import HISTORY

    pin(phrasings=["And for directors?"])
    assert asked(employee, "And for directors?", HISTORY).engine == "quotes"


def test_whoever_may_not_read_a_source_is_answered_without_it(pin, employee, manager, managers):
    secret = publish(managers, "secret.pdf", FACT)
    pin(sources=[(secret, "")])
    assert asked(manager).engine == "curated"
    end = asked(employee)
    assert end.engine == "quotes"
    assert end.offered is None
    manager.groups.clear()
    assert asked(manager).engine == "quotes"


@pytest.mark.parametrize("state", ["replaced", "withdrawn", "expired"])
def test_it_stops_when_a_source_does_not_answer_any_more(pin, employee, leave, state):
    row = pin()
    Version.objects.filter(pk=leave.pk).update(status=state)
    assert asked(employee).engine != "curated"
    row = CuratedAnswer.objects.get(pk=row.pk)
    assert row.state == CuratedAnswer.State.STALE


def test_it_stops_with_its_last_day(pin, employee):
    today = timezone.localdate()
    row = pin(expires_on=today)
    assert asked(employee).engine == "curated"
    row = pin(expires_on=today - timedelta(days=1), instead_of=row)
    assert asked(employee).engine == "quotes"
    assert row.state == CuratedAnswer.State.EXPIRED


def test_a_deleted_document_stops_it_and_hides_it_from_staff(
    pin, employee, curator, administrator, leave
):
    pin()
    leave.document.delete()
    assert asked(employee).engine == "quotes"
    assert not CuratedAnswer.objects.open_to(curator).exists()
    assert CuratedAnswer.objects.open_to(administrator).exists()


def test_another_index_has_it_once_its_phrasings_are_embedded(pin, employee, leave):
    pin()
    CuratedPhrasing.objects.update(index=None, vector=None)
    assert asked(employee).engine == "quotes"
    curate(0)
    assert asked(employee).engine == "curated"
    assert CuratedPhrasing.objects.get().index == Index.objects.active()


def test_a_quote_is_found_again_when_its_document_was_read_anew(pin, employee, leave):
    pin()
    text = leave.passages.get().text
    leave.passages.all().delete()
    assert asked(employee).engine == "quotes"
    leave.passages.create(collection=leave.document.collection, ordinal=0, text=f"New. {text}")
    curate(0)
    assert asked(employee).engine == "curated"


def test_a_question_is_embedded_once(pin, employee, monkeypatch):
    pin()
    embedded, embed = [], embeddings.embed_question

    def noted(question, embedder):
        embedded.append(question)
        return embed(question, embedder)

    monkeypatch.setattr(embeddings, "embed_question", noted)
    assert asked(employee, "Where is the canteen?").engine == "quotes"
    assert embedded == ["Where is the canteen?"]


def test_without_any_no_query_is_made(employee, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(curated, "LOOK_EVERY", 60.0)
    curated.any_there()
    with django_assert_num_queries(0):
        assert curated.match(QUESTION, employee) == curated.Match()


def test_with_some_a_question_costs_one_query(pin, employee, django_assert_num_queries):
    pin()
    curated.match(QUESTION, employee)
    with django_assert_num_queries(2):
        # The look whether there are any, which comes every few seconds, and the statement.
        curated.match("Where is the canteen?", employee)


class TestPinning:
    def test_a_quote_must_stand_in_its_document(self, pin, leave):
        with pytest.raises(HelpdeskError, match="does not stand"):
            pin(sources=[(leave, "Everybody has forty days.")])

    def test_a_quote_is_found_however_its_spaces_are_written(self, pin, leave):
        row = pin(sources=[(leave, "25  days of paid\nannual leave")])
        assert row.sources.get().quote == "25 days of paid annual leave"

    def test_an_answer_that_no_sentence_bears_out_is_refused(self, pin):
        with pytest.raises(HelpdeskError, match="bears the answer out"):
            pin(answer="The canteen serves fish on Fridays [1].")

    def test_a_mark_is_put_where_there_is_none(self, pin):
        assert pin(answer="You have 25 days of paid annual leave.").answer.endswith("leave. [1]")

    def test_a_mark_without_a_source_is_refused(self, pin):
        with pytest.raises(HelpdeskError, match="no source"):
            pin(answer="You have 25 days of paid annual leave [2].")

    def test_it_takes_a_source(self, pin):
        with pytest.raises(HelpdeskError, match="at least one"):
            pin(sources=[])

    def test_nobody_pins_what_they_may_not_read(self, employee, managers):
        secret = publish(managers, "secret.pdf", FACT)
        with pytest.raises(HelpdeskError, match="may not read"):
            pinning.pin(QUESTION, ANSWER, [(secret, "")], employee, "Us")

    def test_an_old_version_is_refused(self, pin, leave):
        Version.objects.filter(pk=leave.pk).update(status=Version.Status.REPLACED)
        leave.refresh_from_db()
        with pytest.raises(HelpdeskError, match="does not answer today"):
            pin(sources=[(leave, "")])

    def test_written_anew_it_keeps_its_row(self, pin):
        row = pin()
        again = pin(instead_of=row, answer="25 days of paid annual leave [1].")
        assert again.pk == row.pk
        assert CuratedAnswer.objects.get().sources.count() == 1
