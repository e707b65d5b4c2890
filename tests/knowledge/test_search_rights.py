"""Generated people, groups and documents: no search gives anybody what they may not read."""

from itertools import islice, product

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import publishing, search
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.indexing import content
from knowledge.models import Collection, Document, Index, Passage, Version

pytestmark = pytest.mark.django_db

GROUPS = 3
WORLDS = 48
SEARCHES_A_WORLD = 50
# Few words, so that every question comes near to every document: rights alone part them.
WORDS = ["leave", "pay", "travel", "laptop", "office", "training"]

group_sets = st.frozensets(st.integers(0, GROUPS - 1))
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
person = st.fixed_dictionaries(
    {
        "groups": group_sets,
        "is_superuser": st.sampled_from([False, False, False, True]),
        "is_active": st.sampled_from([True, True, True, False]),
    }
)
# A document is the texts of its versions: the last one is published.
collection = st.fixed_dictionaries(
    {
        "groups": group_sets,
        "open_to_all": st.sampled_from([False, False, True]),
        "documents": st.lists(st.lists(texts, min_size=1, max_size=2), min_size=1, max_size=3),
    }
)
world = st.fixed_dictionaries(
    {
        "people": st.lists(person, min_size=2, max_size=4),
        "collections": st.lists(collection, min_size=2, max_size=4),
        "questions": st.lists(texts, min_size=5, max_size=8, unique=True),
        "choices": st.lists(
            st.none() | st.frozensets(st.integers(0, 4)), min_size=2, max_size=4, unique=True
        ),
        "few": st.sampled_from([0, search.FEW]),
    }
)


class World:
    """The rows of a generated world, and who may read what after the rule in words alone."""

    def __init__(self, people, collections):
        self.groups = [Group.objects.create(name=f"Group {n}") for n in range(GROUPS)]
        self.people = {AnonymousUser(): {}}
        for n, values in enumerate(people):
            rights = {name: values[name] for name in ("is_superuser", "is_active")}
            user = User.objects.create(username=f"person{n}", **rights)
            user.groups.set([self.groups[n] for n in values["groups"]])
            self.people[user] = values
        self.collections, self.allowed = {}, {}
        for n, values in enumerate(collections):
            made = Collection.objects.create(
                name=f"Collection {n}", slug=f"c{n}", open_to_all=values["open_to_all"]
            )
            made.groups.set([self.groups[n] for n in values["groups"]])
            self.collections[made.slug] = values
            for m, versions in enumerate(values["documents"]):
                for number, text in enumerate(versions, 1):
                    publish(made, f"document {m}", number, text)

    def passages(self, user) -> set[int]:
        """The live passages that `visible_to` allows, looked up once a person."""
        if user not in self.allowed:
            visible = Passage.objects.live().visible_to(user)
            self.allowed[user] = set(visible.values_list("pk", flat=True))
        return self.allowed[user]

    def readable(self, user, slug) -> bool:
        person, collection = self.people[user], self.collections[slug]
        if not person or not person["is_active"]:
            return False
        shared = person["groups"] & collection["groups"]
        return person["is_superuser"] or collection["open_to_all"] or bool(shared)

    def expected(self, user, slugs) -> int:
        """How many documents `user` may find, in all collections or those of `slugs`."""
        return sum(
            self.documents([slug]) for slug in self.chosen(slugs) if self.readable(user, slug)
        )

    def documents(self, slugs) -> int:
        return sum(len(self.collections[slug]["documents"]) for slug in self.chosen(slugs))

    def chosen(self, slugs):
        return [slug for slug in self.collections if slugs is None or slug in slugs]


def publish(collection, name, number, text):
    document, _ = Document.objects.get_or_create(collection=collection, name=name)
    version = Version.objects.create(document=document, number=number, sha256="0" * 64, size=1)
    extraction = Extraction([Page(1, [Block("paragraph", text)])], name, True)
    publishing.publish(version, content(version, extraction))


def test_no_search_gives_what_its_person_may_not_read(db, monkeypatch):
    searches = {"all": 0, "some found": 0, "some withheld": 0}

    def look(made: World, user, question, slugs):
        found = search.search(question, user, 50, slugs)
        assert {one.passage_id for one in found} <= made.passages(user)
        assert all(made.readable(user, one.collection) for one in found)
        assert len(found) == made.expected(user, slugs)
        searches["all"] += 1
        searches["some found"] += bool(found)
        searches["some withheld"] += len(found) < made.documents(slugs)

    @settings(
        max_examples=WORLDS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(world)
    def hold(drawn):
        monkeypatch.setattr(search, "FEW", drawn["few"])
        with transaction.atomic():
            made = World(drawn["people"], drawn["collections"])
            every = product(drawn["questions"], drawn["choices"], made.people)
            for question, choice, user in islice(every, SEARCHES_A_WORLD):
                look(made, user, question, None if choice is None else [f"c{n}" for n in choice])
            transaction.set_rollback(True)

    Index.objects.active()  # of all worlds: one made within a world would go with it
    hold()
    assert searches["all"] >= 2_000
    assert searches["some found"] >= 500
    assert searches["some withheld"] >= 500
