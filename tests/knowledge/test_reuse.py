import pytest
from django.core.files.base import ContentFile

from knowledge import embeddings, indexing
from knowledge.models import Document, Embedding, Index, Version
from knowledge.uploads import upload

SECTIONS = {
    "Leave": "Every employee has 25 working days of leave a year. Ask your manager for it. " * 5,
    "Travel": "Take the train. Keep the receipt. Hand it in within a month of the journey. " * 5,
    "Meals": "Lunch is paid up to 16 euro. Dinner is paid up to 35 euro. Wine is not paid. " * 5,
}


@pytest.fixture(autouse=True)
def closed_reader():
    yield
    indexing.readers.close()


@pytest.fixture
def asked(monkeypatch):
    """The texts that went through a model, in their order."""
    texts, embed = [], embeddings.embed_passages

    def count(chunks, embedder):
        texts.extend(chunk.text for chunk in chunks)
        return embed(chunks, embedder)

    monkeypatch.setattr(embeddings, "embed_passages", count)
    return texts


def indexed(collection, sections, name="handbook.md", **changed):
    text = "\n\n".join(f"# {head}\n\n{text}" for head, text in (sections | changed).items())
    version = upload(collection, name, ContentFile(text.encode(), name)).version
    indexing.index(Version.objects.get(pk=version.pk))
    version.refresh_from_db()
    assert version.status == Version.Status.READY, version.error
    return version


def vectors(version):
    rows = Embedding.objects.filter(passage__version=version).order_by("index", "passage__ordinal")
    return [(row.passage.text, list(row.vector), row.sentences) for row in rows]


def test_only_what_changed_is_embedded_again(everyone, asked):
    first = indexed(everyone, SECTIONS)
    old = vectors(first)
    assert len(asked) == first.passage_count == len(old) >= 3
    asked.clear()
    second = indexed(everyone, SECTIONS, Travel="Take the tram. Keep the ticket. " * 9)
    assert asked
    assert all("tram" in text for text in asked)
    assert vectors(second) == [row for row in vectors(second) if row in old or "tram" in row[0]]
    assert len(vectors(second)) == second.passage_count
    assert Embedding.objects.filter(live=True).count() == second.passage_count


def test_the_same_text_under_other_headings_is_another_passage(everyone, asked):
    indexed(everyone, {"Leave": SECTIONS["Leave"]})
    asked.clear()
    version = indexed(everyone, {"Absence": SECTIONS["Leave"]})
    assert len(asked) == version.passage_count


def test_another_document_lends_nothing(everyone, asked):
    indexed(everyone, SECTIONS)
    asked.clear()
    version = indexed(everyone, SECTIONS, name="copy.md", Meals="Lunch is not paid.")
    assert len(asked) == version.passage_count


def test_sentences_that_end_elsewhere_have_vectors_of_their_own(everyone, asked):
    version = indexed(everyone, SECTIONS)
    version.passages.update(sentences=[0, 3])
    asked.clear()
    again = indexed(everyone, SECTIONS, Pay="On the last day of the month.")
    assert len(asked) == again.passage_count


def test_an_index_that_lacks_the_old_passages_gets_them_all(everyone, asked):
    indexed(everyone, SECTIONS)
    active = Index.objects.active()
    new = Index.objects.create(
        model=active.model, recipe=active.recipe, dimensions=active.dimensions
    )
    asked.clear()
    version = indexed(everyone, SECTIONS, Pay="On the last day of the month.")
    counts = [Embedding.objects.filter(index=each, live=True).count() for each in (active, new)]
    assert counts == [version.passage_count] * 2
    assert version.passage_count < len(asked) < 2 * version.passage_count


def test_passages_that_a_document_says_twice_are_both_kept(everyone, asked):
    page = "# Rule\n\n" + SECTIONS["Leave"]
    for text in (f"{page}\n\n{page}", f"{page}\n\n{page}\n\n# New\n\nNothing else is new."):
        version = upload(everyone, "a.md", ContentFile(text.encode(), "a.md")).version
        indexing.index(Version.objects.get(pk=version.pk))
    version.refresh_from_db()
    assert version.passage_count == len(vectors(version))
    assert Document.objects.get().current == version
