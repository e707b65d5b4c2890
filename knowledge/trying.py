"""What search gives to another person, shown to a keeper: only what the keeper may read too."""

from dataclasses import dataclass

from knowledge.found import Found
from knowledge.models import Version
from knowledge.search import search

LIMIT = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search gives, at its rank; `own` where it is of the document looked at."""

    rank: int
    found: Found
    own: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """The passages that the keeper may read as well, and how many others there are."""

    hits: list[Hit]
    hidden: int

    @property
    def own(self) -> int:
        return sum(hit.own for hit in self.hits)


def search_as(person, question: str, keeper, document) -> Trial:
    """The best passages for `person`'s question, as far as `keeper` may read them.

    Raises KnowledgeError when the embedding model fails.
    """
    found = search(question, person, limit=LIMIT)
    versions = Version.objects.visible_to(keeper).filter(pk__in=[one.version_id for one in found])
    readable = set(versions.values_list("pk", flat=True))
    hits = [
        Hit(rank, one, one.document_id == document.pk)
        for rank, one in enumerate(found, start=1)
        if one.version_id in readable
    ]
    return Trial(hits, len(found) - len(hits))
