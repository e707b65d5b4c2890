"""What becomes of an answer when the model, the database or the embedding fails."""

import pytest
from django.db import OperationalError

from helpdesk import answerers, chain
from helpdesk.events import Failed, Status
from knowledge.errors import KnowledgeError
from tests.helpdesk.answers import FACT, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_an_error_before_the_first_word_falls_back_to_quotes(
    leave, ask, engine, model_server, status
):
    model_server.fails(status)
    done = ask(engine=engine)[-1]

    assert (done.engine, done.note) == ("quotes", answerers.FELL_BACK)
    assert done.quotes[0].text in FACT


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff rubbish", b"data: {oops\n\n", b"data: []\n\n", b"<html>No</html>"]
)
def test_rubbish_falls_back_to_quotes(leave, ask, engine, model_server, raw):
    model_server.sends(raw)

    assert ask(engine=engine)[-1].note == answerers.FELL_BACK


@pytest.mark.parametrize("tokens", [(), ("",), (" ", "\n"), ("<think>hmm",)])
def test_an_empty_reply_falls_back_to_quotes(leave, ask, engine, model_server, tokens):
    model_server.says(*tokens)

    assert ask(engine=engine)[-1].note == answerers.FELL_BACK


def test_nobody_listening_falls_back_to_quotes(leave, ask, engine, model_server):
    model_server.refuse()

    assert ask(engine=engine)[-1].note == answerers.FELL_BACK


def test_a_row_without_an_address_falls_back_to_quotes(leave, ask, engine):
    engine.base_url = "http://[not an address"

    assert ask(engine=engine)[-1].note == answerers.FELL_BACK


def test_a_silent_model_falls_back_within_the_time_limit(
    leave, ask, engine, model_server, settings
):
    settings.LLM_TIMEOUT_SECONDS = 0.3
    model_server.hangs(3)
    done = ask(engine=engine)[-1]

    assert done.note == answerers.FELL_BACK
    assert done.timings_ms["total"] < 2000


@pytest.mark.parametrize("how", ["breaks", "error", "no finish"])
def test_what_came_before_a_break_stays_and_is_marked(leave, ask, engine, model_server, how):
    said = "You get 25 days of paid annual leave [1]. And"
    if how == "breaks":
        model_server.says(said, "more", cut_after=1)
    elif how == "no finish":
        model_server.says(said, finish=None)
    else:
        chunk = b'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n' % said.encode()
        model_server.sends(chunk + b'data: {"error": {"message": "out of memory"}}\n\n')
    done = ask(engine=engine)[-1]

    assert (done.text, done.cut_off, done.note) == (said, True, answerers.CUT_OFF)
    assert done.engine == "Test model"
    assert done.quotes[0].verified


def test_a_pause_longer_than_the_limit_cuts_off(leave, ask, engine, model_server, settings):
    # Two pauses together are longer; a busy machine lengthens each.
    settings.LLM_TIMEOUT_SECONDS = 2.4
    model_server.says("25 days of", " paid leave", "never", pause=1.3, stall_after=2)
    done = ask(engine=engine)[-1]

    assert (done.text, done.cut_off) == ("25 days of paid leave", True)


def test_an_answer_without_end_is_stopped(leave, ask, engine, model_server, monkeypatch):
    monkeypatch.setattr("helpdesk.generation.ANSWER_CHARS", 50)
    model_server.says(*["again and "] * 100)
    done = ask(engine=engine)[-1]

    assert (done.cut_off, done.note) == (True, answerers.TOO_LONG)
    assert len(done.text) < 80


def test_the_log_tells_the_kind_of_failure_and_no_text(leave, ask, engine, model_server, caplog):
    model_server.fails(401)
    ask(engine=engine)

    assert "AuthenticationError (401)" in caplog.text
    assert "annual" not in caplog.text


def test_a_fallback_that_finds_nothing_speaks_of_no_quotes(everyone, ask, engine, model_server):
    publish(everyone, "canteen.pdf", "Lunch begins at noon.")
    model_server.refuse()
    done = ask(engine=engine)[-1]

    assert (done.abstained, done.note) == (True, answerers.NO_MODEL)


def test_a_database_that_is_away_is_said_in_one_sentence(ask, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("knowledge.search.run", away)
    events = ask()

    assert events[-1] == Failed(chain.UNREACHABLE)
    assert [type(event) for event in events] == [Status, Failed]


def test_an_embedding_model_that_fails_is_said_in_one_sentence(ask, monkeypatch):
    def broken(*args, **kwargs):
        raise KnowledgeError("The embedding model is not what it was.")

    monkeypatch.setattr("knowledge.embeddings.embed_question", broken)

    assert ask()[-1] == Failed(chain.UNSEARCHABLE)
