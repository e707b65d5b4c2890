"""What a line of text in a picture says, by RapidOCR's model.

Its last step chooses among 18,710 characters for every eight pixels, a third of its time. So it is
asked for Latin and Greek first, and for all where that leaves a doubt.
"""

from functools import cache
from math import ceil

from ..embedders.backends import INT8, offered
from . import ocr_model

FILE = "PP-OCRv6_rec_small.onnx"
# The model's file tells which characters it knows.
CHARACTERS = "character"
# A line is taken so high as the model learned it, and read without some paper above and below.
LEARNED, HEIGHT = 48, 40
LEAST_WIDTH = 96
# Lines are read as well so much narrower, and quicker.
NARROWED = 0.85
# A line this many times as high as wide runs up or down.
TALL = 1.5
# Below this code stand the letters of Latin and Greek, and what is printed with them.
COMMON = 0x2200
# So likely among the common characters, a character is no other either.
CERTAIN = 0.9
# What stands for "no character here".
NOTHING = 0


def read(pixels, corners) -> tuple[str, float]:
    """The text within the corners of a line, and how sure its characters are in the mean."""
    return _model().read(_planes(_cut(pixels, corners)))


@ocr_model.once
def _model() -> "_Model":
    return _Model()


class _Model:
    """The model, cut before its last step so that this can be taken among few or all characters."""

    def __init__(self):
        import numpy

        source = ocr_model.path(FILE)
        self.few = ocr_model.session("few", source, lambda: _parts()[0])
        self.all = ocr_model.session("all", source, lambda: _parts()[1])
        # Their memory goes with them, where they had to be made.
        _parts.cache_clear()
        self.letters = _letters(self.few.get_modelmeta().custom_metadata_map[CHARACTERS])
        self.common = numpy.array(_common(self.letters))
        (self.taken,) = self.all.get_inputs()

    def read(self, planes) -> tuple[str, float]:
        import numpy

        likely, marks = self.few.run(None, {"x": planes})
        places, sure = self.common[likely[0].argmax(1)], likely[0].max(1)
        doubt = sure < CERTAIN
        if doubt.any():
            places[doubt], sure[doubt] = self._among_all(marks[:, doubt])
            if not numpy.isin(places[doubt], self.common).all():
                # A script of its own: what looks like a letter of ours may be one of its.
                places, sure = self._among_all(marks)
        return self._text(places, sure)

    def _among_all(self, marks) -> tuple:
        (likely,) = self.all.run(None, {self.taken.name: marks})
        return likely[0].argmax(1), likely[0].max(1)

    def _text(self, places, sure) -> tuple[str, float]:
        """The letters, each where it begins: the same place again is the same letter still."""
        begins = places != NOTHING
        begins[1:] &= places[1:] != places[:-1]
        text = "".join(self.letters[place] for place in places[begins])
        return text, float(sure[begins].mean()) if text else 0.0


@cache
def _parts() -> list:
    """The model among the common characters, and its last step among all, as they run quickest."""
    import onnx

    from .ocr_eight_bits import in_eight_bits
    from .ocr_graph import eased, parted

    whole = onnx.load(ocr_model.path(FILE))
    characters = next(one.value for one in whole.metadata_props if one.key == CHARACTERS)
    whole.graph.input[0].type.tensor_type.shape.dim[2].dim_value = HEIGHT
    few, every = parted(eased(whole), _common(_letters(characters)))
    onnx.helper.set_model_props(few, {CHARACTERS: characters})
    return [in_eight_bits(each) if INT8 in offered() else each for each in (few, every)]


def _letters(characters: str) -> list[str]:
    """What stands for each of the places that the model chooses among."""
    return ["", *characters.split("\n"), " "]


def _common(letters: list[str]) -> list[int]:
    return [place for place, letter in enumerate(letters) if letter < chr(COMMON)]


def _cut(pixels, corners):
    """The line alone, lying level."""
    import cv2
    import numpy

    wide = int(max(_far(corners[0], corners[1]), _far(corners[2], corners[3])))
    high = int(max(_far(corners[0], corners[3]), _far(corners[1], corners[2])))
    size = max(wide, 1), max(high, 1)
    level = numpy.array([(0, 0), (size[0], 0), size, (0, size[1])], numpy.float32)
    turned = cv2.warpPerspective(
        pixels,
        cv2.getPerspectiveTransform(corners, level),
        size,
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_CUBIC,
    )
    return numpy.rot90(turned) if size[1] >= TALL * size[0] else turned


def _far(one, two) -> float:
    return float(((one - two) ** 2).sum() ** 0.5)


def _planes(line):
    """The line as the model takes it: values from -1 to 1, short lines filled up."""
    import cv2
    import numpy

    wide = ceil(NARROWED * LEARNED * line.shape[1] / line.shape[0])
    paper = (LEARNED - HEIGHT) // 2
    small = cv2.resize(line, (wide, LEARNED))[paper:-paper]
    planes = numpy.zeros((1, 3, HEIGHT, max(wide, LEAST_WIDTH)), numpy.float32)
    planes[0, :, :, :wide] = small.transpose(2, 0, 1)
    planes[0, :, :, :wide] *= 1 / 127.5
    planes[0, :, :, :wide] -= 1
    return planes
