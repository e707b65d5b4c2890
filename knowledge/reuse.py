"""What a new version keeps of the old one: the vectors of passages that say the same."""

from knowledge.models import Embedding, Index, Passage, Version

Key = tuple[str, str, tuple[int, ...]]


def reusable(version: Version, passages: list[Passage], index: Index) -> dict[int, Embedding]:
    """Unsaved embeddings of `passages` by their ordinals, as the current version has them.

    A passage is the same when the model would read the same, and its sentences end where they did.
    """
    if version.document.current_id is None:
        return {}
    old = Passage.objects.filter(version=version.document.current_id).only(
        "headings", "text", "sentences"
    )
    same = {key(passage): passage.pk for passage in old}
    wanted = {each.ordinal: same[key(each)] for each in passages if key(each) in same}
    rows = Embedding.objects.filter(index=index, passage__in=set(wanted.values()))
    found = {row.passage_id: row for row in rows}
    return {
        passage.ordinal: copied(found[wanted[passage.ordinal]], passage)
        for passage in passages
        if wanted.get(passage.ordinal) in found
    }


def key(passage: Passage) -> Key:
    return passage.headings, passage.text, tuple(passage.sentences)


def copied(row: Embedding, passage: Passage) -> Embedding:
    return Embedding(
        index_id=row.index_id,
        passage=passage,
        collection_id=passage.collection_id,
        vector=row.vector,
        sentences=row.sentences,
    )
