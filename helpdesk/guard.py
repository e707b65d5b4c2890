"""What keeps a strict engine's answer to its sources: no figure or name beyond them is shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from helpdesk import prompts, support
from knowledge import sentences

if TYPE_CHECKING:
    from knowledge.found import Found


class Guard:
    """Passes on an answer sentence by sentence, up to the first that says more than its sources.

    `broken` says that there was one; what was passed on before must then be taken back.
    """

    def __init__(self, passages: Sequence[Found], courtesies: str = ""):
        self.known = support.Known(passages)
        self.courtesies = support.courtesies(courtesies)
        self.held = ""
        self.broken = False

    def take(self, piece: str, last: bool = False) -> str:
        """What of the text so far may be shown now; the rest waits for its sentence's end."""
        self.held += piece
        starts = [start for start, _ in sentences.split(support.without_marks(self.held))]
        end = len(self.held) if last else starts[-1] if starts else 0
        whole = self.held[:end]
        self.held = self.held[end:]
        return self.kept(whole)

    def kept(self, text: str) -> str:
        """The text up to the first sentence that strays, the whole of it where none does."""
        bare = support.without_marks(text)
        for start, end in support.statements(text):
            if self.strays(bare[start:end]):
                self.broken = True
                begins = (at for at, _ in sentences.split(bare) if at <= start)
                return text[: max(begins, default=0)]
        return text

    def strays(self, sentence: str) -> bool:
        """Whether a sentence holds a figure, a name or a quotation that no source holds."""
        if prompts.plain(sentence) in self.courtesies:
            return False
        return bool(self.known.lost(sentence.replace("*", "").replace("`", "")))

    async def watch(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """The pieces that may be shown. It ends where the guard breaks."""
        async for piece in pieces:
            if passed := await asyncio.to_thread(self.take, piece):
                yield passed
            if self.broken:
                return
        if passed := await asyncio.to_thread(self.take, "", True):
            yield passed
