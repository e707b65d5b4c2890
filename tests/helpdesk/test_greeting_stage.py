"""A courtesy is answered as one, and disturbs neither the next question nor what is counted."""

import pytest
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk import (
    asking,
    chain,
    curated,
    dashboard,
    gathering,
    naming,
    pinning,
    records,
    thread,
    titles,
)
from helpdesk.asking_again import ask_gap
from helpdesk.events import Done, Sources, Status, Text, Turn
from helpdesk.greeting_phrases import Kind
from helpdesk.greeting_replies import SAID
from helpdesk.models import Conversation, Explanation, GapQuestion, Message
from helpdesk.prompts import NOT_FOUND
from knowledge import embeddings
from tests.helpdesk.answers import FACT, HISTORY, QUESTION, events_of, publish

pytestmark = pytest.mark.django_db(transaction=True)
HELLO = str(SAID[Kind.HELLO])
THANKS = str(SAID[Kind.THANKS])
FOLLOW_UP = "And for part-time staff?"


def talk(user, *questions) -> tuple[Conversation, list[Message]]:
    """The questions asked one after the other in one conversation, and the answers."""
    pk, answers = None, []
    for question in questions:
        job = asking.ask(pk, question, user)
        *_events, end = events_of(chain.answer(job.question, user, job.history))
        records.finish(job, end, "")
        pk = job.conversation_id
        answers.append(Message.objects.get(pk=job.answer_id))
    return Conversation.objects.get(pk=pk), answers


class TestTheAnswer:
    def test_it_is_one_sentence_of_the_desk_without_sources_note_or_search(
        self, leave, ask, monkeypatch
    ):
        monkeypatch.setattr("helpdesk.retriever.look_async", None)
        monkeypatch.setattr(embeddings, "asked", None)
        *first, end = ask("Hi!")

        assert [type(event) for event in first] == [Status, Sources, Text]
        assert first[1] == Sources((), "greeting")
        assert (end.text, end.engine, end.quotes, end.note) == (HELLO, "greeting", (), "")
        assert (end.abstained, end.cut_off) == (False, False)
        assert set(end.timings_ms) == {"first_token", "total"}

    def test_no_model_is_asked_even_in_the_middle_of_a_conversation(
        self, leave, ask, engine, model_server
    ):
        assert ask("Thank you!", HISTORY, engine)[-1].text == THANKS
        assert not model_server.requests

    def test_a_model_that_is_not_there_is_not_told_of(self, leave, ask, engine):
        engine.base_url = ""
        engine.model = ""

        assert ask("Hi", engine=engine)[-1].note == ""

    @pytest.mark.parametrize(
        ("page", "said", "german"),
        [
            ("en-gb", "Guten Tag", True),
            ("de", "Good morning", False),
            ("de", "hi", True),
            ("en-gb", "hi", False),
            ("de", "bonjour", True),
        ],
    )
    def test_it_is_in_the_language_of_its_words_or_else_of_the_page(self, ask, page, said, german):
        with translation.override(page):
            assert ask(said)[-1].text.startswith("Hallo!" if german else "Hello!")

    def test_a_question_behind_a_courtesy_is_searched_as_it_stands(self, leave, ask):
        done = ask(f"Hi, {QUESTION}")[-1]

        assert (done.engine, done.abstained) == ("quotes", False)
        assert done.trace["queries"][0][0] == f"Hi, {QUESTION}"


class TestACuratedAnswer:
    @pytest.fixture(autouse=True)
    def pinned(self, administrator, leave, monkeypatch):
        monkeypatch.setattr(curated, "LOOK_EVERY", -1.0)
        told = {"answer": "Welcome! You have **25 days** a year [1].", "team": "The People team"}
        self.pin = lambda question, source=leave: pinning.pin(
            question=question, sources=[(source, FACT)], by=administrator, **told
        )
        self.row = self.pin("Hello")

    @pytest.mark.parametrize("history", [(), HISTORY])
    def test_one_that_is_pinned_to_the_very_words_wins(self, ask, history, leave):
        end = ask("hello!!", history)[-1]

        assert (end.engine, end.text) == ("curated", self.row.answer)
        assert end.quotes[0].verified
        assert end.trace["curated"] == self.row.pk
        assert "The People team" in end.note

    def test_other_courtesies_are_the_desks(self, ask, engine, model_server):
        assert ask("Thanks")[-1].engine == "greeting"
        assert ask("Good morning", engine=engine)[-1].engine == "greeting"
        assert not model_server.requests

    def test_it_answers_nobody_who_may_not_read_its_source(self, ask, managers, manager):
        self.pin("Bye", publish(managers, "secret.pdf", FACT))

        assert ask("bye", user=manager)[-1].engine == "curated"
        assert ask("bye")[-1].engine == "greeting"

    def test_a_key_for_some_collections_gets_none(self, employee, everyone):
        *_events, end = events_of(chain.answer("Hello", employee, collections=(everyone.slug,)))

        assert end.engine == "greeting"


class TestTheTurnsAfterIt:
    def test_hi_before_a_question_changes_nothing_of_its_search(self, leave, employee):
        _, (alone,) = talk(employee, QUESTION)
        conversation, (hello, answer) = talk(employee, "Hi", QUESTION)

        assert hello.engine == "greeting"
        assert asking.history(conversation, employee)[0] == Turn("user", QUESTION)
        assert answer.text == alone.text
        assert self.searched(answer) == self.searched(alone)

    def test_thanks_does_not_cut_a_follow_up_from_its_question(self, leave, employee):
        _, (_first, plain) = talk(employee, QUESTION, FOLLOW_UP)
        _, (_first, thanks, polite) = talk(employee, QUESTION, "ok, thanks!", FOLLOW_UP)

        assert thanks.text == THANKS
        assert self.searched(polite) == self.searched(plain)
        assert self.searched(polite)[0][0] == f"{QUESTION} {FOLLOW_UP}"

    @staticmethod
    def searched(answer):
        return Explanation.objects.get(message=answer).record["queries"]


class TestTheTitle:
    def test_it_comes_from_the_first_real_question(self, employee):
        conversation, _ = talk(employee, "Hi there", "thanks", "Hi, may I park at the works?")

        assert conversation.title == "May I park at the works?"

    def test_until_then_it_is_the_courtesy(self, employee):
        assert talk(employee, "Hi there", "ok")[0].title == "Hi there"

    def test_a_title_of_the_persons_own_stays(self, employee):
        conversation, _ = talk(employee, "Hi")
        conversation.rename("Mine")
        asking.ask(conversation.pk, QUESTION, employee)
        conversation.refresh_from_db()

        assert conversation.title == "Mine"

    def test_a_title_from_a_question_is_not_made_anew(self, employee):
        conversation, (answer,) = talk(employee, "May I park at the works?")
        question = conversation.messages.first()
        records.finish(
            asking.ask(conversation.pk, QUESTION, employee, question.pk), Done("25."), ""
        )
        conversation.refresh_from_db()

        assert conversation.title == "May I park at the works?"

    def test_a_model_names_it_after_the_first_real_answer(self, employee, engine, model_server):
        engine.activate()
        asked = ProcrastinateJob.objects.filter(task_name__endswith="name_conversation")
        before = asked.count()
        conversation, _ = talk(employee, "Hi")
        assert asked.count() == before
        job = asking.ask(conversation.pk, QUESTION, employee)
        records.finish(job, Done("25 days.", engine="Test model"), "")
        assert asked.count() == before + 1
        model_server.says("Days of leave")
        naming.name(conversation.pk)
        conversation.refresh_from_db()

        assert QUESTION in str(model_server.requests[0].messages)
        assert conversation.title == "Days of leave" != titles.of(QUESTION)


class TestWhatIsCounted:
    def test_it_is_no_gap_and_gathers_none_with_it(self, everyone, employee):
        talk(employee, "Hi")
        assert gathering.gather() == 0
        talk(employee, "Hi", "Is there a canteen in Cork?")
        assert gathering.gather() == 1
        assert GapQuestion.objects.get().text == "Is there a canteen in Cork?"

    def test_a_gap_of_greetings_from_before_is_resolved_by_asking_again(self, employee):
        conversation = Conversation.objects.create(user=employee, title="Hi")
        conversation.messages.create(role="user", text="Hi")
        conversation.messages.create(role="assistant", text=NOT_FOUND, abstained=True)
        gathering.gather()
        gap = GapQuestion.objects.get().gap
        ask_gap(gap.pk)
        gap.refresh_from_db()

        assert gap.state == gap.State.RESOLVED

    def test_the_dashboard_leaves_it_out(self, leave, employee, curator):
        talk(employee, "Hi", QUESTION, "thanks", "Is there a canteen in Cork?", "bye")
        total = dashboard.figures(curator, 7).total

        assert (total["asked"], total["answered"], total["declined"]) == (2, 1, 1)


class TestOnThePage:
    def test_nothing_is_offered_about_it_and_it_is_no_refusal(self, client, leave, administrator):
        conversation, (hello, answer) = talk(administrator, "Hi", QUESTION)
        client.force_login(administrator)
        page = client.get(conversation.get_absolute_url()).content.decode()
        before, _, after = page.partition(f'id="message-{answer.pk}"')
        shown = before.partition(f'id="message-{hello.pk}"')[2]

        assert "What would you like to know?" in shown
        for offered in ("thumb", "answer-footer", "Ask a person", "data-abstained", "Sources"):
            assert offered not in shown
        assert "thumb" in after
        ended = thread.ended(hello.pk, administrator)
        assert "thumb" not in ended
        assert "Answer ready." in ended

    def test_it_is_neither_rated_nor_explained(self, client, leave, administrator):
        _, (hello, answer) = talk(administrator, "Hi", QUESTION)
        client.force_login(administrator)
        statuses = [
            client.get(reverse(page, args=[message.pk])).status_code
            for page in ("feedback", "why")
            for message in (hello, answer)
        ]

        assert statuses == [404, 200, 404, 200]
        assert not Explanation.objects.filter(message=hello).exists()
        assert not records.drawn_from(Message.objects.filter(pk=hello.pk))

    def test_questions_to_begin_with_are_of_what_the_person_may_read(
        self, everyone, managers, employee, manager
    ):
        publish(everyone, "paid-leave-policy.pdf", FACT)
        publish(managers, "pay-bands.pdf", FACT)
        shown = {
            user: thread.ended(talk(user, "Hi")[1][0].pk, user) for user in (employee, manager)
        }

        assert all("carry over" in each for each in shown.values())
        assert "Which pay band" not in shown[employee]
        assert "Which pay band" in shown[manager]

    def test_they_stand_under_the_last_answer_alone_and_not_under_thanks(self, everyone, employee):
        publish(everyone, "paid-leave-policy.pdf", FACT)
        conversation, _ = talk(employee, "Hi", "help")
        last = [len(one.get("starters", ())) for one in thread.messages(conversation, employee)]
        after, _ = talk(employee, "Hi", "thanks")

        assert last == [0, 0, 0, 1]
        assert not any(one.get("starters") for one in thread.messages(after, employee))

    def test_just_ended_it_is_shown_as_ever_after(self, everyone, employee):
        publish(everyone, "paid-leave-policy.pdf", FACT)
        job = asking.ask(None, "Hi", employee)
        *_events, end = events_of(chain.answer(job.question, employee))
        shown = thread.just_ended(records.finish(job, end, ""), employee)

        assert "carry over" in shown
        assert shown == thread.ended(job.answer_id, employee)
