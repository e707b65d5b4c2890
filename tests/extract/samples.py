"""Small real files, made by the libraries that people's programs resemble."""

import io

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4

WIDTH, HEIGHT = A4
PROSE = (
    "Every employee may work from home on two days of the week. The days are agreed with the",
    "manager at the start of each quarter, and written down in the calendar of the team. A day",
    "that falls on a public holiday is not moved. Whoever is ill tells the office before nine.",
)


class Sheet:
    """A canvas with the few things that the tests draw; y counts from the top of the page."""

    def __init__(self, canvas):
        self.canvas = canvas

    def text(self, x, y, text, size=11, font="Helvetica"):
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def prose(self, y, lines=PROSE, x=72):
        for index, line in enumerate(lines):
            self.text(x, y + 14 * index, line)

    def row(self, y, cells, xs=(72, 250, 400), font="Helvetica"):
        for x, cell in zip(xs, cells, strict=False):
            self.text(x, y, cell, font=font)

    def grid(self, xs, ys):
        for y in ys:
            self.canvas.line(xs[0], HEIGHT - y, xs[-1], HEIGHT - y)
        for x in xs:
            self.canvas.line(x, HEIGHT - ys[0], x, HEIGHT - ys[-1])


def picture(lines, size=(1240, 600), height=34):
    """A scanned page, as far as the reader can tell: black letters in an image."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(height)
    for index, line in enumerate(lines):
        draw.text((80, 60 + 60 * index), line, fill="black", font=font)
    return image


def png(image):
    data = io.BytesIO()
    image.save(data, "PNG")
    data.seek(0)
    return data


def texts(extraction, kind=None):
    return [b.text for page in extraction.pages for b in page.blocks if kind in (None, b.kind)]


def rows(extraction):
    return [
        (b.text, b.header)
        for page in extraction.pages
        for b in page.blocks
        if b.kind == "table_row"
    ]
