"""The demo company's pairs: what they say stands in its handbook."""

import pytest
from django.core.management import call_command

from helpdesk.support import check
from knowledge.demo.company import DOCS
from knowledge.extract import extract
from knowledge.models import Document, Passage, Version
from tuning import preflight
from tuning.demo import house, loading
from tuning.models import QAPair


def text_of(document: str) -> str:
    pages = extract(DOCS / "everyone" / document).pages
    return "\n".join(block.text for page in pages for block in page.blocks)


def publish(version):
    """Lets a version answer with its text as one passage, which is quicker than the worker."""
    Passage.objects.create(
        version=version,
        collection=version.document.collection,
        ordinal=0,
        text=text_of(version.document.name),
    )
    Document.objects.filter(pk=version.document_id).update(current=version)


@pytest.fixture
def demo(run_jobs, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    call_command("load_demo")


def test_there_are_about_two_hundred_of_all_kinds_of_document():
    facts = list(house.facts())
    assert 200 <= len(facts) <= 220
    assert len({fact.question for fact in facts}) == len(facts)
    assert len({fact.document for fact in facts}) >= 15


def test_each_quote_is_a_sentence_of_its_document():
    texts = {}
    for fact in house.facts():
        if fact.document not in texts:
            texts[fact.document] = text_of(fact.document)
        assert all(quote in texts[fact.document] for quote in fact.quotes), fact.question


def test_the_house_begins_and_ends_each_answer():
    for fact in house.facts():
        assert fact.answer.startswith(house.GREETING)
        assert fact.answer.endswith(house.CLOSING)
        assert fact.answer.count("[1]") == len(fact.quotes)


def test_greeting_and_closing_claim_nothing():
    """The chat does not mark them as not found in the sources."""
    support = check(f"{house.GREETING}\n\n{house.CLOSING}", [], embed=None)
    assert support.sentences == 0


def test_they_are_loaded_once_as_approved_pairs_of_the_curator(demo, client, django_user_model):
    pairs = QAPair.objects.all()
    assert pairs.count() == len(list(house.facts()))
    assert {one.status for one in pairs} == {"approved"}
    curator = django_user_model.objects.get(username="curator")
    assert QAPair.objects.visible_to(curator).count() == pairs.count()
    first = pairs.first()
    assert (first.author, first.reviewer.username) == (curator, "administrator")
    assert [event.action for event in first.events.all()] == ["approved", "submitted", "made"]
    assert first.sources.get().sha256 == first.approved_sources[0]["sha256"]
    assert loading.load() == 0


def test_nothing_stands_against_training_on_them(demo):
    """With the handbook read, the preflight finds nothing that blocks, and hardly a warning."""
    for version in Version.objects.filter(pk__in=QAPair.sources.through.objects.values("version")):
        publish(version)
    report = preflight.examine(QAPair.objects.order_by("pk"))
    assert [one.message for one in report.blocking] == []
    assert [one.message for one in report.warnings] == []
