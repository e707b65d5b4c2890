"""A model that reads a line of text in a picture: PaddleOCR's, as it runs quickest.

Its last step chooses among thousands of characters for every eight pixels, a third of its time. So
it is asked for Latin and Greek first, and for all where that leaves a doubt.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil

from ..embedders.backends import INT8, offered
from . import ocr_model

# The metadata of a model under which it tells the characters that it knows.
CHARACTERS = "character"
# The models learned lines of this height.
LEARNED = 48
LEAST_WIDTH = 96
# Below this code stand the letters of Latin and Greek, and what is printed with them.
COMMON = 0x2200
# So likely among the common characters, a character is no other either.
CERTAIN = 0.9
# What stands for "no character here".
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A model's file, the list of its characters where the model does not tell them, and its use.

    `name`: that of its tier, which its kept files have. `height`: of the rows of a line that has as
    many as the model learned, those in the middle that are read; beyond is paper. `narrowed`: lines
    are read so many times their width.
    """

    name: str
    file: tuple[str, ...]
    characters: tuple[str, ...] = ()
    height: int = LEARNED
    narrowed: float = 1.0


class Recognizer:
    """A model, cut before its last step so that this can be taken among few or all characters."""

    def __init__(self, source: Source):
        import numpy

        self.source = source
        path = ocr_model.path(*source.file)
        kept = f"{source.name}few", f"{source.name}all"
        self.few = ocr_model.session(kept[0], path, lambda: _parts(source)[0])
        self.all = ocr_model.session(kept[1], path, lambda: _parts(source)[1])
        # Their memory goes with them, where they had to be made.
        _parts.cache_clear()
        self.letters = _letters(self.few.get_modelmeta().custom_metadata_map[CHARACTERS])
        self.common = numpy.array(_common(self.letters))
        (self.taken,) = self.all.get_inputs()

    def read(self, line) -> tuple[str, float]:
        """The text of a line, and how sure its characters are in the mean.

        `line`: its pixels, lying level; blue, green and red.
        """
        import numpy

        likely, marks = self.few.run(None, {"x": self.planes(line)})
        places, sure = self.common[likely[0].argmax(1)], likely[0].max(1)
        doubt = sure < CERTAIN
        if doubt.any():
            places[doubt], sure[doubt] = self._among_all(marks[:, doubt])
            if not numpy.isin(places[doubt], self.common).all():
                # A script of its own: what looks like a letter of ours may be one of its.
                places, sure = self._among_all(marks)
        return self._text(places, sure)

    def planes(self, line):
        """The line as the model takes it: values from -1 to 1, short lines filled up."""
        import cv2
        import numpy

        wide = ceil(self.source.narrowed * LEARNED * line.shape[1] / line.shape[0])
        paper = (LEARNED - self.source.height) // 2
        small = cv2.resize(line, (wide, LEARNED))[paper : LEARNED - paper]
        shape = (1, 3, self.source.height, max(wide, LEAST_WIDTH))
        planes = numpy.zeros(shape, numpy.float32)
        planes[0, :, :, :wide] = small.transpose(2, 0, 1)
        planes[0, :, :, :wide] *= 1 / 127.5
        planes[0, :, :, :wide] -= 1
        return planes

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
def _parts(source: Source) -> list:
    """The model among the common characters, and its last step among all, as they run quickest."""
    import onnx

    from .ocr_eight_bits import in_eight_bits
    from .ocr_graph import eased, parted

    whole = onnx.load(ocr_model.path(*source.file))
    characters = _characters(source, whole)
    # Sizes noted between the layers are those of the height that was learned.
    del whole.graph.value_info[:]
    whole.graph.input[0].type.tensor_type.shape.dim[2].dim_value = source.height
    few, every = parted(eased(whole), _common(_letters(characters)))
    onnx.helper.set_model_props(few, {CHARACTERS: characters})
    return [in_eight_bits(each) if INT8 in offered() else each for each in (few, every)]


def _characters(source: Source, model) -> str:
    """What the model knows, a line for each."""
    if not source.characters:
        return next(one.value for one in model.metadata_props if one.key == CHARACTERS)
    with open(ocr_model.path(*source.characters), encoding="utf-8") as file:
        return file.read().rstrip("\n")


def _letters(characters: str) -> list[str]:
    """What stands for each of the places that the model chooses among."""
    return ["", *characters.split("\n"), " "]


def _common(letters: list[str]) -> list[int]:
    return [place for place, letter in enumerate(letters) if letter < chr(COMMON)]
