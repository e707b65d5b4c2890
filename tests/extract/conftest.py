"""The fixture that makes a PDF."""

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from .samples import Sheet


@pytest.fixture
def pdf(tmp_path):
    """Makes a PDF of one page for each function, which draws on the sheet that it is given."""

    def make(*pages, name="file.pdf", **options):
        path = tmp_path / name
        canvas = Canvas(str(path), pagesize=A4, **options)
        for draw in pages:
            draw(Sheet(canvas))
            canvas.showPage()
        canvas.save()
        return path

    return make
