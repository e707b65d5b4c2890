"""Pictures within office files, read by OCR: screenshots and pasted tables hold text too."""

import io
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from .blocks import Block

# Pictures smaller than this in pixels, or with fewer letters, are logos and photographs.
MAX_PICTURES = 60
MIN_WIDTH = 200
MIN_HEIGHT = 60
MIN_LETTERS = 8
MAX_PIXELS = 80_000_000
UNREAD = "This page is a picture in which no text was found."


class Pictures:
    """Reads the pictures of one file, each once; `tell` is called after each."""

    def __init__(self, tell: Callable[[], None] | None = None):
        self.seen: set[bytes] = set()
        self.tell = tell

    def read(self, data: bytes) -> list[Block]:
        """The text of a picture, unless it has been read already or is too small for any."""
        from PIL import Image

        from . import ocr

        key = sha256(data).digest()
        if key in self.seen or len(self.seen) >= MAX_PICTURES:
            return []
        self.seen.add(key)
        try:
            with Image.open(io.BytesIO(data)) as image:
                small = image.width < MIN_WIDTH or image.height < MIN_HEIGHT
                if small or image.width * image.height > MAX_PIXELS:
                    return []
                blocks = ocr.read(image, 1, self.tell).blocks
        except (OSError, ValueError, SyntaxError):
            # Windows metafiles and damaged pictures can't be read; the page still can.
            return []
        if self.tell:
            self.tell()
        if sum(c.isalpha() for block in blocks for c in block.text) < MIN_LETTERS:
            return []
        # The boxes are those within the picture, not on the page.
        return [replace(block, spans=()) for block in blocks]
