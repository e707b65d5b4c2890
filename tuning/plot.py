"""Pure: the losses of a run as places in a picture, for a template to draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 34
TICKS = 5
# More points than this are one a few steps, each the mean of theirs.
MOST = 240

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Two lines in the units of the picture, and the ticks of its axes."""

    training: str
    validation: str
    dots: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM


def plot(training: Sequence[Point], validation: Sequence[Point], steps: int) -> Plot | None:
    """The plot of (step, loss) pairs; None where there is nothing to draw yet."""
    drawn = [point for point in [*training, *validation] if math.isfinite(point[1])]
    if not drawn:
        return None
    furthest = max(steps, max(step for step, _ in drawn), 1)
    highest = nice(max(loss for _, loss in drawn))

    def place(point: Point) -> Point:
        x = LEFT + point[0] / furthest * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - point[1] / highest * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    lines = [
        [place(p) for p in each if math.isfinite(p[1])] for each in (thinned(training), validation)
    ]
    whole = sorted({round(furthest * i / TICKS) for i in range(TICKS + 1)})
    return Plot(
        *(" ".join(f"{x},{y}" for x, y in line) for line in lines),
        dots=tuple(lines[1]),
        across=tuple(Tick(place((step, 0))[0], str(step)) for step in whole),
        up=tuple(
            Tick(place((0, highest * i / TICKS))[1], f"{highest * i / TICKS:.3g}")
            for i in range(TICKS + 1)
        ),
    )


def nice(value: float) -> float:
    """The next number above that is easy to read and to divide by the ticks."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(unit * each for each in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if unit * each >= value)


def thinned(points: Sequence[Point]) -> list[Point]:
    size = math.ceil(len(points) / MOST) or 1
    groups = [points[i : i + size] for i in range(0, len(points), size)]
    return [(group[-1][0], sum(loss for _, loss in group) / len(group)) for group in groups]
