"""What a PDF page draws: its objects, each by its kind and its address."""

import ctypes
from ctypes import c_float, c_int, c_void_p
from functools import cache

import pypdfium2.raw as pdfium

from .pdf_words import Frame

# What is drawn after so many is not looked at.
MAX_OBJECTS = 10_000


def unchecked(function, result, *kinds):
    """A function of pdfium without the conversions that make up more than half the time of a call.

    Without `kinds`, it takes only values and references of ctypes, and numbers for an int.
    """
    return ctypes.PYFUNCTYPE(result, *kinds)(ctypes.cast(function, c_void_p).value)


class Address(c_void_p):
    """Where an object lies: as it is, it needs no conversion."""


# The kind of each object, and of those of which more is asked the address.
Objects = list[tuple[int, Address | None]]
# Of these kinds more is asked than which they are.
ASKED = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE)

_object = unchecked(pdfium.FPDFPage_GetObject, c_void_p)
_kind = unchecked(pdfium.FPDFPageObj_GetType, c_int)
_bounds = unchecked(pdfium.FPDFPageObj_GetBounds, c_int)


def objects_of(page) -> Objects:
    """What the page draws; addresses hold until it is closed."""
    raw, here = ctypes.cast(page.raw, c_void_p), c_void_p()
    objects = []
    for index in range(min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        here.value = _object(raw, index)
        kind = _kind(here)
        objects.append((kind, Address(here.value) if kind in ASKED else None))
    return objects


@cache
def _sides():
    """Room for a box, and references to its four sides."""
    sides = (c_float * 4)()
    return sides, [ctypes.byref(sides, 4 * place) for place in range(4)]


def bounds(address: Address, frame: Frame) -> tuple[float, ...] | None:
    """The box round an object in layout points, None where it has none."""
    sides, refs = _sides()
    return frame.box(*sides) if _bounds(address, *refs) else None
