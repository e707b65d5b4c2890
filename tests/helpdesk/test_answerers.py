"""How an engine's context and its strictness shape an answer."""

import pytest

from helpdesk import answerers, prompts
from helpdesk.events import Done, Text
from helpdesk.models import Engine
from tests.helpdesk.answers import FACT, HISTORY, QUESTION

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small(engine):
    engine.context = Engine.Context.SENTENCES
    return engine


def shown(events):
    return "".join(event.delta for event in events if isinstance(event, Text))


class TestChosenSentences:
    def test_the_model_is_shown_the_quotes_and_its_marks_name_them(
        self, leave, ask, small, model_server
    ):
        model_server.says(f"{FACT} [1]")
        done = ask(engine=small)[-1]

        assert model_server.requests[0].messages == prompts.sentence_messages(QUESTION, [FACT])
        assert [(quote.text, quote.verified) for quote in done.quotes] == [(FACT, True)]
        assert done.support.unsupported == ()

    def test_a_follow_up_is_put_to_it_alone(self, leave, ask, small, model_server):
        model_server.says(f"{FACT} [1]")
        ask(QUESTION, HISTORY, small)

        assert [one.messages[0]["content"] for one in model_server.requests] == [prompts.SENTENCES]

    def test_where_no_sentence_is_sure_the_desk_declines_without_the_model(
        self, leave, ask, small, model_server
    ):
        done = ask("Who won the World Cup in 1998?", engine=small)[-1]

        assert (done.abstained, done.text) == (True, prompts.NOT_FOUND)
        assert model_server.requests == []


class TestStrict:
    @pytest.fixture
    def strict(self, small):
        small.strict = True
        return small

    def test_quotes_replace_an_answer_that_strays(self, leave, ask, strict, model_server):
        model_server.says("You get paid annual leave. ", "You get 99 days of it [1]. ", "Bye.")
        events = ask(engine=strict)
        done = events[-1]

        assert shown(events) == "You get paid annual leave. "
        assert isinstance(done, Done)
        assert (done.replaced, done.note) == (True, answerers.REPLACED)
        assert done.engine == "Test model"
        assert "25 days" in done.text
        assert "99" not in done.text
        assert done.quotes[0].verified

    def test_what_it_was_to_repeat_is_set_to_the_letter(self, leave, ask, strict, model_server):
        slip = FACT.replace("25 days of paid", "25 days of 25 days of paid")
        model_server.says("Hello there! ", f"{slip} [1] ", "Bye.")
        events = ask(engine=strict)
        done = events[-1]

        assert shown(events) == done.text == f"Hello there! {FACT} [1] Bye."
        assert (done.restored, done.replaced) == (1, False)
        assert done.quotes[0].verified

    def test_one_that_goes_round_in_circles_ends_with_its_sentence(
        self, leave, ask, strict, model_server
    ):
        model_server.says(FACT, *[" How many days of paid annual leave:"] * 200)
        done = ask(engine=strict)[-1]

        assert (done.text, done.note, done.cut_off) == (f"{FACT} [1]", "", False)

    def test_one_that_is_cut_off_in_a_slip_is_whole_all_the_same(
        self, leave, ask, strict, model_server
    ):
        model_server.says("How many days of paid annual days of paid", finish="length")
        done = ask(engine=strict)[-1]

        assert (done.text, done.note, done.cut_off) == (f"{FACT} [1]", "", False)

    def test_one_that_does_not_is_left_as_it_is(self, leave, ask, strict, model_server):
        model_server.says("You get 25 days ", "of paid annual leave [1].")
        done = ask(engine=strict)[-1]

        assert (done.replaced, done.note) == (False, "")
        assert done.text == "You get 25 days of paid annual leave [1]."

    def test_courtesies_are_neither_doubted_nor_counted(self, leave, ask, strict, model_server):
        strict.courtesies = "Greetings from the Help Desk in Galway."
        model_server.says(f"{FACT} [1]\n", "Greetings from the Help Desk in Galway.")
        done = ask(engine=strict)[-1]

        assert done.replaced is False
        assert (done.support.sentences, done.support.unsupported) == (1, ())

    def test_a_model_that_says_nothing_is_no_model_that_strays(
        self, leave, ask, strict, model_server
    ):
        model_server.fails(500)
        done = ask(engine=strict)[-1]

        assert (done.replaced, done.note) == (False, answerers.FELL_BACK)
