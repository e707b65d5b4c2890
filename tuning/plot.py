"""Pure: the losses of a run as places in a picture, for a template to draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 14, 34
TICKS = 5
# More points than this are one a few steps, each the mean of theirs.
MOST = 240
# Losses that lie further apart than this are drawn by their powers of ten: the small ones would
# all lie on the ground.
WIDE = 50

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
    logarithmic: bool = False

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM


def plot(training: Sequence[Point], validation: Sequence[Point], steps: int) -> Plot | None:
    """The plot of (step, loss) pairs; None where there is nothing to draw yet."""
    drawn = [point for point in [*training, *validation] if math.isfinite(point[1])]
    if not drawn:
        return None
    furthest = max(steps, max(step for step, _ in drawn), 1)
    scale = scale_of([loss for _, loss in drawn])

    def place(point: Point) -> Point:
        x = LEFT + point[0] / furthest * (WIDTH - LEFT - RIGHT)
        return round(x, 1), scale.place(point[1])

    lines = [
        [place(p) for p in each if math.isfinite(p[1])] for each in (thinned(training), validation)
    ]
    apart = max(1, int(nice(furthest / TICKS, (1, 2, 5, 10))))
    return Plot(
        *(" ".join(f"{x},{y}" for x, y in line) for line in lines),
        dots=tuple(lines[1]),
        across=tuple(
            Tick(place((step, 1))[0], str(step)) for step in range(0, int(furthest) + 1, apart)
        ),
        up=tuple(Tick(scale.place(loss), f"{loss:.3g}") for loss in scale.ticks),
        logarithmic=isinstance(scale, Powers),
    )


@dataclass(frozen=True, slots=True)
class Even:
    """The losses from nothing to `highest`, evenly."""

    highest: float

    @property
    def ticks(self) -> list[float]:
        return [self.highest * i / TICKS for i in range(TICKS + 1)]

    def place(self, loss: float) -> float:
        return height(loss / self.highest)


@dataclass(frozen=True, slots=True)
class Powers:
    """The losses between two powers of ten, each power as far from the next."""

    lowest: int
    highest: int

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.lowest, self.highest + 1)]

    def place(self, loss: float) -> float:
        return height((math.log10(loss) - self.lowest) / (self.highest - self.lowest))


def scale_of(losses: Sequence[float]) -> Even | Powers:
    low, high = min(losses), max(losses)
    if low > 0 and high / low >= WIDE:
        return Powers(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    return Even(nice(high))


def height(share: float) -> float:
    """Where on the picture a share of the way up is."""
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def nice(value: float, steps: Sequence[float] = (1, 1.5, 2, 3, 4, 5, 7.5, 10)) -> float:
    """The next number above that is easy to read and to divide by the ticks."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(unit * each for each in steps if unit * each >= value)


def thinned(points: Sequence[Point]) -> list[Point]:
    size = math.ceil(len(points) / MOST) or 1
    groups = [points[i : i + size] for i in range(0, len(points), size)]
    return [(group[-1][0], sum(loss for _, loss in group) / len(group)) for group in groups]
