"""A LangChain retriever over the search of one person's documents."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from helpdesk.database import in_thread
from helpdesk.events import Turn
from helpdesk.finding import Finding, look
from knowledge.embeddings import Asked
from knowledge.found import Found

look_async = in_thread(look)


class HandbookRetriever(BaseRetriever):
    """The passages that `user` may see, best first; each document's metadata holds its `found`.

    `history` holds the turns before the question, where it may lean on them. `tell` is told how the
    passages were found. A question that was embedded `before` is not embedded again.

    Raises django.db.Error when the database is away, KnowledgeError when the embedding fails.
    """

    user: Any
    limit: int = 5
    collections: tuple[str, ...] | None = None
    history: Sequence[Turn] = ()
    tell: Callable[[Finding], None] | None = None
    before: Asked | None = None

    def _get_relevant_documents(self, query: str, *, run_manager) -> list[Document]:
        return self.told(look(*self.asked(query)))

    async def _aget_relevant_documents(self, query: str, *, run_manager) -> list[Document]:
        return self.told(await look_async(*self.asked(query)))

    def told(self, finding: Finding) -> list[Document]:
        if self.tell:
            self.tell(finding)
        return [document(one) for one in finding.passages]

    def asked(self, query: str) -> tuple:
        return query, self.user, self.limit, self.collections, self.history, self.before


def document(found: Found) -> Document:
    return Document(
        found.text,
        id=str(found.passage_id),
        metadata={
            "found": found,
            "source": found.document,
            "title": found.title,
            "page": found.page,
        },
    )
