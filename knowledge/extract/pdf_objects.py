"""What a PDF page draws: its objects, each by its kind and its address."""

import ctypes
from ctypes import c_float, c_int, c_void_p

import pypdfium2.raw as pdfium

from .pdf_words import Frame

# What is drawn after so many is not looked at.
MAX_OBJECTS = 10_000


def unchecked(function, *kinds):
    """A function of pdfium without the conversions that make up half the time of a call."""
    return ctypes.PYFUNCTYPE(*kinds)(ctypes.cast(function, c_void_p).value)


_object = unchecked(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
_kind = unchecked(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
_bounds = unchecked(pdfium.FPDFPageObj_GetBounds, c_int, c_void_p, *4 * [c_void_p])


def objects_of(page) -> list[tuple[int, int]]:
    """The kind and the address of each object; addresses hold until the page is closed."""
    raw = ctypes.cast(page.raw, c_void_p)
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    return [(_kind(thing), thing) for thing in (_object(raw, index) for index in range(count))]


def bounds(address: int, frame: Frame) -> tuple[float, ...] | None:
    """The box round an object in layout points, None where it has none."""
    sides = (c_float * 4)()
    refs = (ctypes.byref(sides, 4 * place) for place in range(4))
    return frame.box(*sides) if _bounds(address, *refs) else None
