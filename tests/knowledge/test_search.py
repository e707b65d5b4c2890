from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from knowledge import indexes, publishing, search
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.indexing import content
from knowledge.models import Document, Embedding, Index, Version

LEAVE = "Every employee has 25 working days of paid annual leave. Unused days lapse in March."
PAY = "Pay band C runs from 52,000 to 61,000 euro. Bands are reviewed each spring."
CLOSING = "The books close on the fifth working day of the month."
QUERY_OPERATORS = [
    "a & b",
    "!",
    "a | !b <-> c",
    "'it''s' \\ :*",
    "a:*",
    "%(limit)s %s %%",
    "()",
    "$$",
]


def publish(collection, name, *paragraphs, pages=1):
    document, _ = Document.objects.get_or_create(collection=collection, name=name)
    number = document.versions.count() + 1
    version = Version.objects.create(document=document, number=number, sha256="0" * 64, size=1)
    blocks = [Block("paragraph", text) for text in paragraphs]
    extraction = Extraction([Page(n, blocks) for n in range(1, pages + 1)], name, True)
    publishing.publish(version, content(version, extraction))
    return version


def texts(question, user, **choice):
    return [found.text for found in search.search(question, user, **choice)]


@pytest.fixture
def library(everyone, managers, finance):
    publish(everyone, "leave", LEAVE)
    publish(managers, "pay", PAY)
    publish(finance, "closing", CLOSING)


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("employee", {LEAVE}),
        ("outsider", {LEAVE}),
        ("curator", {LEAVE}),
        ("manager", {LEAVE, PAY}),
        ("accountant", {LEAVE, CLOSING}),
        ("administrator", {LEAVE, PAY, CLOSING}),
    ],
)
def test_each_finds_only_what_they_may_read(request, library, person, sees):
    user = request.getfixturevalue(person)
    for question in (PAY, CLOSING, LEAVE, "working days of the band"):
        assert set(texts(question, user, limit=50)) == sees


def test_a_locked_and_an_unknown_person_find_nothing(library, make_user):
    locked = make_user("locked", "Managers", is_superuser=True, is_active=False)
    assert texts(LEAVE, locked) == texts(LEAVE, AnonymousUser()) == []


def test_a_choice_of_collections_narrows_and_never_widens(library, manager, employee):
    assert texts(PAY, manager, collections=["everyone"]) == [LEAVE]
    assert texts(PAY, employee, collections=["managers", "everyone"]) == [LEAVE]
    assert texts(PAY, employee, collections=["managers"]) == []
    assert texts(PAY, manager, collections=[]) == []
    assert texts(PAY, manager, collections=["no-such", "managers"]) == [PAY]


def test_a_found_passage_says_where_it_stands(everyone, employee):
    version = publish(everyone, "leave", LEAVE)
    (found,) = search.search("How many days of annual leave?", employee)
    assert (found.version_id, found.document_id) == (version.pk, version.document_id)
    assert (found.document, found.title, found.collection) == ("leave", "leave", "everyone")
    assert (found.version, found.page, found.headings) == (1, 1, "leave")
    assert found.date == version.uploaded_at.date().isoformat()
    assert (found.vector_rank, found.text_rank) == (1, 1)
    assert found.score > found.similarity > 0
    assert found.text_score > 0
    first, second = found.sentences
    assert (
        found.text[first.start : first.end]
        == "Every employee has 25 working days of paid annual leave."
    )
    assert first.similarity > second.similarity


def test_the_date_of_a_passage_is_the_first_day_on_which_its_version_holds(everyone, employee):
    version = publish(everyone, "leave", LEAVE)
    Version.objects.filter(pk=version.pk).update(effective_from="2020-01-31")
    (found,) = search.search("annual leave", employee)
    assert found.date == "2020-01-31"


def test_the_page_of_a_place_is_known_in_a_passage_over_pages(everyone, employee):
    publish(everyone, "short", "A short page.", pages=2)
    (found,) = search.search("short page", employee)
    assert [found.page_at(place) for place in (0, len("A short page."), len(found.text))] == [
        1,
        1,
        2,
    ]


def test_pages_that_mean_nothing_are_not_given(everyone, employee):
    version = publish(everyone, "leave", LEAVE)
    Version.objects.filter(pk=version.pk).update(paged=False)
    (found,) = search.search("leave", employee)
    assert (found.page, found.page_at(0)) == (None, None)


def test_the_limit_holds_and_the_best_is_first(everyone, employee):
    for n in range(8):
        publish(everyone, f"paper {n}", f"Number {n} tells of trains and tickets.")
    publish(everyone, "leave", LEAVE)
    found = search.search(LEAVE, employee, limit=3)
    assert len(found) == 3
    assert found[0].text == LEAVE
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(search.search(LEAVE, employee, limit=100)) == 9


def test_a_rare_word_finds_its_passage_and_so_does_another_form(everyone, employee):
    for n in range(70):
        publish(everyone, f"paper {n}", f"Form {n} is for trains, tickets and hotels.")
    publish(everyone, "codes", "Error XK-4471 means that the printers were blocked.")
    assert "XK-4471" in texts("What is XK-4471?", employee, limit=1)[0]
    assert "XK-4471" in texts("blocking printer", employee, limit=1)[0]


def test_a_meaning_finds_its_passage_without_a_common_word(everyone, employee, real_embeddings):
    publish(everyone, "leave", "Employees may take 25 working days off each year.")
    publish(everyone, "travel", "Trains are booked in second class.")
    publish(everyone, "printer", "The copier needs a new cartridge twice a month.")
    assert "25 working days" in texts("How long is my vacation?", employee, limit=1)[0]
    assert "second class" in texts("Which railway tickets may I buy?", employee, limit=1)[0]


def test_a_replaced_version_is_not_found(everyone, employee):
    publish(everyone, "leave", LEAVE)
    publish(everyone, "leave", LEAVE.replace("25", "30"))
    (found,) = search.search("annual leave", employee)
    assert "30 working days" in found.text
    assert found.version == 2


def test_what_is_not_published_is_not_found(everyone, employee):
    version = publish(everyone, "leave", LEAVE)
    publishing.set_live([version], False)
    assert search.search(LEAVE, employee) == []


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"effective_from": timedelta(0)}, 1),
        ({"effective_from": timedelta(days=1)}, 0),
        ({"expires_on": timedelta(0)}, 1),
        ({"expires_on": timedelta(days=-1)}, 0),
    ],
)
def test_a_version_is_found_on_the_days_on_which_it_is_in_force(everyone, employee, dates, found):
    version = publish(everyone, "leave", LEAVE)
    today = timezone.localdate()
    days = {name: today + shift for name, shift in dates.items()}
    Version.objects.filter(pk=version.pk).update(**days)
    assert len(search.search(LEAVE, employee)) == found


def test_vectors_of_another_index_are_not_compared(everyone, employee):
    publish(everyone, "leave", LEAVE)
    old = publish(everyone, "old", LEAVE)
    other = Index.objects.create(model="other", recipe="other", dimensions=384)
    Embedding.objects.filter(passage__version=old).update(index=other)
    assert [found.document for found in search.search(LEAVE, employee)] == ["leave"]


@pytest.mark.parametrize("question", ["", "   ", "\0", "\n\t", "\u2003"])
def test_no_question_finds_nothing(library, employee, question):
    assert search.search(question, employee) == []


@pytest.mark.parametrize(
    "question",
    [
        *QUERY_OPERATORS,
        "annual\0leave",
        "half a pair \ud83d of annual leave",
        "x" * 1_000_000,
        "annual leave " * 100_000,
        " ".join(f"word{n}" for n in range(3000)),
        "the of and",
        "🙂 漢字 ١٢٣",
    ],
)
def test_any_text_can_be_asked(library, employee, question):
    assert texts(question, employee) == [LEAVE]


def test_another_index_is_noticed_at_the_next_question(everyone, employee):
    publish(everyone, "leave", LEAVE)
    assert texts(LEAVE, employee) == [LEAVE]
    Index.objects.update(state=Index.State.RETIRED)
    other = Index.objects.create(model="fake", recipe="fake", dimensions=384, state="active")
    Embedding.objects.update(index=other)
    assert texts(LEAVE, employee) == [LEAVE]


def test_an_empty_library_has_no_answers(employee, everyone):
    assert search.search("annual leave", employee) == []


def test_a_question_is_one_statement(library, manager, django_assert_num_queries):
    indexes.look()
    with django_assert_num_queries(1):
        search.search("pay band", manager)


def test_what_found_nothing_while_the_index_was_left_and_come_back_to_asks_again(
    library, employee, monkeypatch
):
    assert texts(LEAVE, employee) == [LEAVE]
    ask, asked = search.ask, []

    def left_at_first(*given):
        asked.append(given)
        if len(asked) == 1:
            Index.objects.update(activated_at=timezone.now())
            return []
        return ask(*given)

    monkeypatch.setattr(search, "ask", left_at_first)
    assert texts(LEAVE, employee) == [LEAVE]
    assert len(asked) == 2
