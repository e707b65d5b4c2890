"""What the company knows: collections of documents, their versions, passages and embeddings."""

from knowledge.models.audit import AuditEntry
from knowledge.models.closed import ClosedVersion
from knowledge.models.collections import Collection
from knowledge.models.documents import Document
from knowledge.models.embeddings import Embedding
from knowledge.models.feeds import Feed, FeedItem
from knowledge.models.indexes import Index
from knowledge.models.passages import Passage
from knowledge.models.versions import Version, version_path
from knowledge.models.words import CommonWord

__all__ = [
    "AuditEntry",
    "ClosedVersion",
    "Collection",
    "CommonWord",
    "Document",
    "Embedding",
    "Feed",
    "FeedItem",
    "Index",
    "Passage",
    "Version",
    "version_path",
]
