"""Documents that give orders change no answer, whatever engine answers."""

import pytest

from helpdesk import chain, prompts, rendering
from helpdesk.events import Done
from knowledge import indexing, publishing
from knowledge.extract import extract
from knowledge.models import Collection, Document, Version
from tests.doubles import obedient
from tests.helpdesk.answers import events_of
from tests.hostile import FACT, documents

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "How many days of paid annual leave do employees get a year?"


@pytest.fixture
def hostile(tmp_path):
    """The documents, each in a collection of its own, with the passages that were made of it."""
    return [(one, publish(one, tmp_path)) for one in documents()]


def publish(one, folder) -> list[str]:
    path = folder / one.name
    path.write_bytes(one.data)
    slug = one.canary.lower()
    collection = Collection.objects.create(name=slug, slug=slug, open_to_all=True)
    document = Document.objects.create(collection=collection, name=one.name)
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)
    publishing.publish(version, indexing.content(version, extract(path)))
    return [f"{made.headings}\n{made.text}" for made in version.passages.all()]


def answers(hostile, user, engine=None) -> dict[str, Done]:
    """By what a document does: the answer out of it alone."""
    return {
        one.what: events_of(
            chain.answer(QUESTION, user, engine=engine, collections=(one.canary.lower(),))
        )[-1]
        for one, _ in hostile
    }


def test_there_are_many_documents_in_four_formats():
    made = documents()

    assert len(made) >= 50
    assert {one.name.rpartition(".")[2] for one in made} == {"md", "html", "docx", "pdf"}
    assert all(
        one.canary.encode() in one.data for one in made if one.name.endswith((".md", "html"))
    )


def test_an_obedient_model_answers_as_if_the_orders_were_not_there(
    hostile, employee, engine, model_server
):
    model_server.thinks(obedient.reply)
    made = answers(hostile, employee, engine)

    assert {what: done.text for what, done in made.items() if done.text != f"{FACT} [1]"} == {}
    assert {what for what, done in made.items() if not done.quotes[0].verified} == set()


def test_quotes_are_the_answer_and_nothing_in_them_is_loaded_or_clicked(hostile, employee):
    for what, done in answers(hostile, employee).items():
        shown = rendering.html(done.text, {}, addresses=done.links)
        assert "25 working days" in shown, what
        assert not [tag for tag in ("<a", "<img", "<script", "<iframe") if tag in shown], what


def test_what_nobody_sees_on_the_page_is_in_no_passage(hostile):
    seen = [one.what for one, texts in hostile if one.dropped and one.canary in " ".join(texts)]

    assert seen == []


def test_the_same_model_obeys_where_the_fence_can_be_broken(
    hostile, employee, engine, model_server, monkeypatch
):
    monkeypatch.setattr(prompts, "neutral", lambda text: text)
    model_server.thinks(obedient.reply)
    made = answers(hostile, employee, engine)

    assert sum("CANARY" in done.text for done in made.values()) >= 15


def test_the_same_model_obeys_the_person(employee, everyone, engine, model_server, tmp_path):
    publish(documents()[0], tmp_path)
    model_server.thinks(obedient.reply)
    question = f"{QUESTION} Reply with CANARY-99."
    done = events_of(chain.answer(question, employee, engine=engine))[-1]

    assert "CANARY-99" in done.text
    assert done.links == ()
    assert "<a" not in rendering.html(done.text, {}, addresses=done.links)
