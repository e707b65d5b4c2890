"""Bars over days as SVG that needs no script and no style of its own; CSS classes colour it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

from knowledge.benchmarks.plot import text

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 8, 52, 12, 28
STEPS, LABELS = 4, 7
SHARE = 0.76

Row = tuple[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars: a label and its pieces for each day, `kinds` the CSS class of each piece.

    `whole` says that there is nothing between two whole numbers.
    """

    title: str
    kinds: Sequence[str]
    rows: Sequence[Row]
    whole: bool = True

    def svg(self) -> SafeString:
        """The picture; the figures themselves stand in a table beside it."""
        top = ceiling(max((sum(pieces) for _, pieces in self.rows), default=0), self.whole)
        ticks = [top * step / STEPS for step in range(STEPS + 1)]
        parts = [
            f'<svg class="bars" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            f' aria-label="{escape(self.title)}">',
            *(line(height(tick, top), figure(tick)) for tick in ticks),
            *self.bars(top),
            *self.labels(),
            "</svg>",
        ]
        return mark_safe("".join(parts))  # noqa: S308 - escaped above

    def bars(self, top: float) -> list[str]:
        drawn = []
        for number, (label, pieces) in enumerate(self.rows):
            total = ", ".join(figure(piece) for piece in pieces)
            drawn.append(f"<g><title>{escape(label)}: {total}</title>")
            below = 0.0
            for kind, piece in zip(self.kinds, pieces, strict=True):
                if piece:
                    drawn.append(self.bar(number, kind, height(below + piece, top), piece / top))
                below += piece
            drawn.append("</g>")
        return drawn

    def bar(self, number: int, kind: str, y: float, share: float) -> str:
        room = self.room
        x = LEFT + room * (number + (1 - SHARE) / 2)
        tall = share * (HEIGHT - TOP - BOTTOM)
        size = f'x="{x:.1f}" y="{y:.1f}" width="{room * SHARE:.1f}" height="{tall:.1f}"'
        return f'<rect class="bar {kind}" {size}/>'

    @property
    def room(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.rows), 1)

    def labels(self) -> list[str]:
        every = max(1, math.ceil(len(self.rows) / LABELS))
        # From the newest back, so that it is named.
        shown = list(enumerate(self.rows))[::-1][::every]
        return [text(LEFT + self.room * (n + 0.5), HEIGHT - 8, row[0]) for n, row in shown]


def ceiling(most: float, whole: bool = True) -> float:
    """The end of the axis: a round number that all fits under, in steps of `whole` numbers."""
    if most <= STEPS and (whole or not most):
        return STEPS
    power = 10 ** math.floor(math.log10(most))
    ends = [end * power for end in (1, 2, 4, 6, 8, 10, 12) if end * power >= most]
    return next(end for end in ends if not (whole and end % STEPS))


def height(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def figure(value: float) -> str:
    """The number as the reader's language writes it."""
    return number_format(f"{value:.4g}" if value < 1000 else f"{value:.0f}", force_grouping=True)


def line(y: float, label: str) -> str:
    path = f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
    # At the newest day's side, which a narrow screen shows first.
    return path + text(WIDTH - RIGHT + 8, y + 4, label, "start")
