import asyncio
import os
import subprocess
import sys
from contextlib import aclosing

import pytest

from helpdesk import chain, prompts
from helpdesk.events import Done, Sources, Status, Text
from tests.helpdesk.answers import FACT, HISTORY, QUESTION, publish

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(events):
    return "".join(event.delta for event in events if isinstance(event, Text))


def statuses(events):
    return [event.text for event in events if isinstance(event, Status)]


class TestWithoutAModel:
    def test_the_events_come_in_their_order_and_end_in_one_done(self, leave, ask):
        events = ask()
        kinds = [type(event) for event in events]

        assert kinds[:2] == [Status, Sources]
        assert set(kinds[2:-1]) == {Text}
        assert kinds[-1] is Done
        assert events[1].passages[0].version_id == leave.pk

    def test_the_pieces_are_the_whole_text_and_each_quote_stands_in_its_passage(self, leave, ask):
        events = ask()
        done = events[-1]

        assert text_of(events) == done.text
        assert "[1]" in done.text
        assert done.quotes[0].text in FACT
        assert (done.engine, done.abstained, done.note) == ("quotes", False, "")
        assert done.confidence > 0.5
        assert set(done.timings_ms) == {"search", "first_token", "total"}
        assert done.timings_ms["total"] >= done.timings_ms["search"] > 0

    def test_a_follow_up_is_searched_with_the_question_before_it(self, leave, ask):
        assert not ask("And how long is that?", HISTORY)[-1].abstained

    def test_where_search_finds_nothing_the_answer_says_so(self, everyone, ask):
        done = ask()[-1]

        assert (done.abstained, done.text, done.quotes) == (True, prompts.NOT_FOUND, ())

    def test_nothing_is_told_of_what_the_person_may_not_read(self, managers, ask, manager):
        publish(managers, "pay.pdf", FACT)

        assert ask()[-1].abstained
        assert not ask(user=manager)[-1].abstained

    def test_the_active_engine_answers_by_default(self, leave, ask, engine, model_server):
        engine.activate()
        model_server.says("25 days of paid annual leave [1].")

        assert ask()[-1].engine == "Test model"


class TestWithAModel:
    def test_tokens_stream_and_the_marks_are_checked(self, leave, ask, engine, model_server):
        # What comes in one moment is one piece: each comes by itself.
        said = ("You get 25 days", " of paid annual leave", " [1]. Also [7].")
        model_server.says(*said, pause=0.2)
        events = ask(engine=engine)
        done = events[-1]

        assert tuple(e.delta for e in events if isinstance(e, Text)) == said
        assert done.text == "You get 25 days of paid annual leave [1]. Also."
        assert [(q.text, q.verified) for q in done.quotes] == [(FACT, True)]
        assert (done.engine, done.cut_off, done.note) == ("Test model", False, "")
        assert done.confidence == 1.0

    def test_the_model_is_shown_the_passages_in_the_projects_own_prompt(
        self, leave, ask, engine, model_server
    ):
        sources = ask(engine=engine)[1]

        assert model_server.requests[0].messages == prompts.answer_messages(
            QUESTION, sources.passages
        )

    def test_a_follow_up_is_condensed_before_the_search(self, leave, ask, engine, model_server):
        model_server.says('"How many days of paid annual leave do part-time staff get?"')
        model_server.says("25 days of paid annual leave [1].")
        events = ask("And part-time?", HISTORY, engine)

        assert statuses(events) == [
            chain.SEARCHING.text,
            chain.CONDENSING.text,
            chain.SEARCHING.text,
        ]
        assert "condense" in events[-1].timings_ms
        condense, answer = model_server.requests
        assert condense.messages == prompts.condense_messages("And part-time?", HISTORY)
        assert answer.messages[-1]["content"].endswith("Question: And part-time?")

    @pytest.mark.parametrize("outcome", ["fails", "empty", "essay"])
    def test_a_failed_condense_goes_on_with_both_questions(
        self, leave, ask, engine, model_server, outcome
    ):
        if outcome == "fails":
            model_server.fails(401, times=1)
        else:
            model_server.says("" if outcome == "empty" else "Well,\nlet me think.")
        model_server.says("25 days of paid annual leave [1].")
        events = ask("And part-time?", HISTORY, engine)

        assert events[-1].engine == "Test model"
        assert not events[-1].abstained

    def test_the_not_found_sentence_is_an_answer_without_citations(
        self, leave, ask, engine, model_server
    ):
        model_server.says(prompts.NOT_FOUND, " It may be 30 days [1].")
        done = ask(engine=engine)[-1]

        assert (done.abstained, done.text, done.quotes) == (True, prompts.NOT_FOUND, ())

    def test_an_answer_without_a_source_says_so(self, leave, ask, engine, model_server):
        model_server.says("You get 40 days [1].")
        done = ask(engine=engine)[-1]

        assert [quote.verified for quote in done.quotes] == [False]
        assert (done.note, done.confidence) == (chain.NO_SOURCE, 0.0)

    def test_a_sentence_without_a_source_is_told_with_its_place(
        self, leave, ask, engine, model_server
    ):
        model_server.says("You get 25 days of paid annual leave [1]. A car costs 90 EUR [1].")
        done = ask(engine=engine)[-1]

        assert [done.text[slice(*span)] for span in done.support.unsupported] == [
            "A car costs 90 EUR [2]."
        ]
        assert (done.support.sentences, done.note) == (2, "")
        assert "verify" in done.timings_ms

    def test_only_an_address_that_a_passage_holds_becomes_a_link(
        self, everyone, ask, engine, model_server
    ):
        publish(everyone, "leave.pdf", f"{FACT} See https://people.example/leave for more.")
        model_server.says(
            "25 days of paid annual leave [1]. See [here](https://people.example/leave)"
            " or [there](https://evil.example/?q=25)."
        )

        assert ask(engine=engine)[-1].links == ("https://people.example/leave",)

    def test_where_search_finds_nothing_the_model_is_not_asked(
        self, everyone, ask, engine, model_server
    ):
        done = ask(engine=engine)[-1]

        assert done.abstained
        assert model_server.requests == []

    def test_what_a_model_thinks_aloud_is_not_shown(self, leave, ask, engine, model_server):
        model_server.says("<th", "ink>They ask </", "think>\n", "\n25 days of paid leave [1].")
        events = ask(engine=engine)

        assert text_of(events) == events[-1].text == "25 days of paid leave [1]."


class TestStopping:
    def test_cancelling_closes_the_models_stream(self, leave, employee, engine, model_server):
        model_server.says(*["word "] * 500, pause=0.02)

        async def cancel_in_mid_answer():
            started = asyncio.Event()

            async def consume():
                async for event in chain.answer(QUESTION, employee, engine=engine):
                    if isinstance(event, Text):
                        started.set()

            task = asyncio.create_task(consume())
            await asyncio.wait_for(started.wait(), 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await asyncio.to_thread(model_server.requests[0].dropped.wait, 2)

        assert asyncio.run(cancel_in_mid_answer())

    def test_closing_the_iterator_closes_the_models_stream(
        self, leave, employee, engine, model_server
    ):
        model_server.says(*["word "] * 500, pause=0.02)

        async def read_a_little():
            async with aclosing(chain.answer(QUESTION, employee, engine=engine)) as events:
                async for event in events:
                    if isinstance(event, Text):
                        break
            return await asyncio.to_thread(model_server.requests[0].dropped.wait, 2)

        assert asyncio.run(read_a_little())


def test_importing_the_chain_loads_neither_langchain_nor_openai():
    code = (
        "import django, sys; django.setup(); import helpdesk.chain;"
        "sys.exit(any(n.startswith(('langchain', 'openai', 'torch')) for n in sys.modules))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, check=False)

    assert run.returncode == 0
