"""Line charts with logarithmic axes as SVG, legible on a light and on a dark page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 40, 50, 60
# As bright as text may be on white, and as dark as it may be on black.
COLOURS = ("#2f7bd6", "#d0632f", "#2f9461", "#9a62d1", "#b8860b")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.grid{stroke:#ccc}.title{font-size:16px}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}}"
)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines by their names, each of points above zero."""

    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[Point]] = field(default_factory=dict)

    def svg(self) -> str:
        """The chart as a document of its own."""
        points = [point for line in self.lines.values() for point in line]
        across = Axis.over([x for x, _ in points], LEFT, WIDTH - RIGHT)
        up = Axis.over([y for _, y in points], HEIGHT - BOTTOM, TOP)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(self.title)}</title><style>{STYLE}</style>",
            text(LEFT, 22, self.title, "start", "title"),
            text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, self.x),
            text(LEFT, TOP - 10, self.y, "start"),
            *(vertical(across.place(tick), tick) for tick in across.ticks()),
            *(horizontal(up.place(tick), tick) for tick in up.ticks()),
        ]
        for number, (name, line) in enumerate(self.lines.items()):
            places = [(across.place(x), up.place(y)) for x, y in line]
            colour = COLOURS[number % len(COLOURS)]
            parts += [drawn(places, colour), key(number, name, colour)]
        return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class Axis:
    """Powers of ten from `low` to `high`, between two places of the picture."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "Axis":
        low = math.floor(math.log10(min(values)) + 1e-9)
        high = math.ceil(math.log10(max(values)) - 1e-9)
        return cls(low, max(high, low + 1), start, end)

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def text(x: float, y: float, content: str, anchor: str = "middle", kind: str = "") -> str:
    """A line of text in SVG, at pixels from the left and the top."""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(content)}</text>'


def vertical(x: float, tick: float) -> str:
    line = f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
    return line + text(x, HEIGHT - BOTTOM + 18, f"{tick:,.10g}")


def horizontal(y: float, tick: float) -> str:
    line = f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
    return line + text(LEFT - 8, y + 4, f"{tick:,.10g}", "end")


def drawn(places: list[Point], colour: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    return (
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<g fill="{colour}">{dots}</g>'
    )


def key(number: int, name: str, colour: str) -> str:
    """A line of the legend, at the top on the left: what grows leaves that corner free."""
    y = TOP + 18 + 20 * number
    line = f'<path d="M{LEFT + 8} {y - 4}h18" stroke="{colour}" stroke-width="3"/>'
    return line + text(LEFT + 32, y, name, "start")
