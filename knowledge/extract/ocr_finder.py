"""Where a picture has lines of text. A model finds them, in no more pixels than needed."""

from . import ocr_model

FILE = (*ocr_model.TIERS, "tiny", "det", "det.onnx")
# Lines are looked for in a picture of this size at most, and read in the whole one.
MOST_SIDE = 1536
# A small picture is enlarged: its shorter side to this, and at most so many times.
ENOUGH_SIDE = 736
MOST_ENLARGED = 3
# In pixels: lines are found as long as the small letters of a picture are so high.
LETTER = 7.0
LEAST_SCALE = 0.45
# A difference of grey that is a letter's outline, and what may be a letter, in pixels.
OUTLINE = 64
LOWEST, HIGHEST = 4, 120
# Letters that touch make a word of up to so many times its height.
WIDEST = 12
FEW_LETTERS = 10
# So much smaller is a picture for a glance.
GLANCE = 0.5
# The model takes sides that are multiples of this.
STEP = 32
# The means of a picture's colours where the model learned, and how far they lay about these.
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# A point belongs to a line from this probability on, and a box to the text from this mean.
POINT, BOX = 0.3, 0.5
# The model marks lines thinner than they are: a box grows by its area over its outline times this.
GROWTH = 1.4
LEAST_SIDE = 3
MOST_LINES = 1000


@ocr_model.once
def _session():
    path = ocr_model.path(*FILE)
    return ocr_model.session("finder", path, lambda: _loaded(path))


def _loaded(path: str):
    import onnx

    return onnx.load(path)


def lines(pixels) -> list:
    """The corners of each line, from its top left clockwise; `pixels` are blue, green and red."""
    import numpy

    high, wide = pixels.shape[:2]
    letters = _letters(pixels)
    scale = _scale((high, wide), letters)
    # Most pictures without letters hold no lines, and a glance tells that in a quarter of the time.
    if len(letters) < FEW_LETTERS and not _boxes(_likely(pixels, scale * GLANCE)):
        return []
    likely = _likely(pixels, scale)
    stretch = numpy.array([wide / likely.shape[1], high / likely.shape[0]], numpy.float32)
    limit = numpy.array([wide - 1, high - 1], numpy.float32)
    boxes = [_clockwise(each * stretch) for each in _boxes(likely)]
    return [numpy.clip(each, 0, limit) for each in sorted(boxes, key=lambda each: each[0, 1])]


def _likely(pixels, scale: float):
    """How likely each point of the picture, made so much larger, belongs to a line."""
    import cv2
    import numpy

    high, wide = pixels.shape[:2]
    size = [max(STEP, round(side * scale / STEP) * STEP) for side in (wide, high)]
    planes = cv2.resize(pixels, size).transpose(2, 0, 1)[None].astype(numpy.float32)
    means, deviations = (numpy.float32(each).reshape(1, 3, 1, 1) for each in (MEANS, DEVIATIONS))
    planes *= 1 / (255 * deviations)
    planes -= means / deviations
    (likely,) = _session().run(None, {"x": planes})
    return likely[0, 0]


def _scale(sides: tuple[int, int], letters: list[int]) -> float:
    """How much smaller or larger the picture may be while its lines are looked for.

    Small print needs most pixels. Where no letters are told, as on photographs, it gets them.
    """
    shortest, longest = sorted(sides)
    most = min(MOST_SIDE / longest, max(1.0, min(ENOUGH_SIDE / shortest, MOST_ENLARGED)))
    if len(letters) < FEW_LETTERS:
        return most
    small = sorted(letters)[len(letters) // 10]
    return min(most, max(LETTER / small, LEAST_SCALE))


def _letters(pixels) -> list[int]:
    """The heights of all that may be letters: small shapes with a clear outline."""
    import cv2
    import numpy

    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    # An outline is two pixels wider than its letter, and there whatever the ground's colour is.
    outlines = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, numpy.ones((3, 3), numpy.uint8))
    _, shapes = cv2.threshold(outlines, OUTLINE, 1, cv2.THRESH_BINARY)
    # A tenth of the time in which the shapes themselves would be numbered.
    edges, kin = cv2.findContours(shapes, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not edges:
        return []
    outer = [edge for edge, (*_, within) in zip(edges, kin[0], strict=True) if within < 0]
    boxes = numpy.array([cv2.boundingRect(edge) for edge in outer])
    wide, high = boxes[:, 2], boxes[:, 3] - 2
    fit = (high >= LOWEST) & (high <= HIGHEST) & (wide <= WIDEST * high)
    return high[fit].tolist()


def _boxes(likely) -> list:
    """The corners of the boxes round all that is likely to be text."""
    import cv2
    import numpy

    mask = cv2.dilate((likely > POINT).astype(numpy.uint8), numpy.ones((2, 2), numpy.uint8))
    shapes, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for shape in shapes[:MOST_LINES]:
        middle, (wide, high), angle = cv2.minAreaRect(shape)
        if min(wide, high) < LEAST_SIDE:
            continue
        if _mean(likely, cv2.boxPoints((middle, (wide, high), angle))) < BOX:
            continue
        more = GROWTH * wide * high / (wide + high)
        boxes.append(cv2.boxPoints((middle, (wide + more, high + more), angle)))
    return boxes


def _mean(likely, corners) -> float:
    """The mean within a box."""
    import cv2
    import numpy

    high, wide = likely.shape
    left, top = numpy.clip(numpy.floor(corners.min(0)).astype(int), 0, (wide - 1, high - 1))
    right, bottom = numpy.clip(numpy.ceil(corners.max(0)).astype(int), 0, (wide - 1, high - 1))
    inside = numpy.zeros((bottom - top + 1, right - left + 1), numpy.uint8)
    cv2.fillPoly(inside, [(corners - (left, top)).astype(numpy.int32)], 1)
    return cv2.mean(likely[top : bottom + 1, left : right + 1], inside)[0]


def _clockwise(corners):
    """Four corners in the order top left, top right, bottom right, bottom left."""
    import numpy

    by_side = corners[numpy.argsort(corners[:, 0], kind="stable")]
    left = by_side[:2][numpy.argsort(by_side[:2, 1], kind="stable")]
    right = by_side[2:][numpy.argsort(by_side[2:, 1], kind="stable")]
    return numpy.array([left[0], right[0], right[1], left[1]], numpy.float32)
