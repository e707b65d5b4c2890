"""What search gives: plain values, without Django."""

from dataclasses import dataclass

# Between the texts of neighbours that are shown as one passage.
SEAM = "\n"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` of a passage's text, and their cosine with the question."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that search gives, best first: plain values, safe to use outside the ORM.

    `score` is the fused score with what `ranking` has `added`; `similarity` the passage's cosine
    with the question; the ranks count from 1, None where that search did not give the passage.
    `ordinal` counts the passages of a version. `date` is the first day on which that holds, else
    the day of its upload. Neighbours that are shown as one are its `members`.
    """

    passage_id: int
    version_id: int
    document_id: int
    document: str
    title: str
    collection: str
    version: int
    date: str
    headings: str
    text: str
    page: int | None
    score: float
    similarity: float
    vector_rank: int | None = None
    text_rank: int | None = None
    text_score: float = 0.0
    page_starts: tuple[tuple[int, int], ...] = ()
    sentences: tuple[Sentence, ...] = ()
    ordinal: int = 0
    added: float = 0.0
    members: tuple["Found", ...] = ()

    @property
    def alone(self) -> tuple["Found", ...]:
        """The passages that this one is made of, each by itself, in the document's order."""
        return self.members or (self,)

    def member_at(self, start: int, end: int) -> tuple["Found", int, int]:
        """The passage in which characters `start` to `end` begin, and their place in its text.

        What runs on into the next passage is cut off.
        """
        offset = 0
        for member in self.alone:
            length = len(member.text)
            if start < offset + length:
                break
            offset += length + len(SEAM)
        return member, max(start - offset, 0), min(max(end - offset, 0), length)

    def page_at(self, place: int) -> int | None:
        """The page of the character at `place`: a passage may run on over a page's end."""
        if self.page is None:
            return None
        begun = [page for start, page in self.page_starts if start <= place]
        return begun[-1] if begun else self.page
