"""`python -m knowledge.extract.drawing FILE PAGE PNG` draws a PDF's page, counted from 1.

A process of its own, since a page may be made to take pdfium for ever, or down. It exits with
NO_PAGE where the file has no such page, and with UNDRAWABLE where it can't be drawn.
"""

import sys

from .limits import limit_memory

WIDTH = 1400
# A page that is a long strip is drawn narrower.
MAX_HEIGHT = 6000
MEMORY_MB = 2000
NO_PAGE, UNDRAWABLE = 4, 5


def scale_of(width: float, height: float) -> float:
    """Pixels a point of a page: the picture is WIDTH wide, and never higher than MAX_HEIGHT."""
    return min(WIDTH / max(width, 1), MAX_HEIGHT / max(height, 1))


def draw(path: str, number: int, target: str) -> int:
    """Draws a page into the PNG file `target`; gives the exit status."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        if not 1 <= number <= len(document):
            return NO_PAGE
        page = document[number - 1]
        page.render(scale=scale_of(*page.get_size())).to_pil().save(target, "PNG")
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return UNDRAWABLE
    return 0


if __name__ == "__main__":
    limit_memory(MEMORY_MB)
    sys.exit(draw(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
