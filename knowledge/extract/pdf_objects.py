"""What a PDF page draws: its objects, each by its kind and its address."""

import ctypes
from ctypes import c_float, c_int, c_void_p
from functools import cache
from itertools import repeat

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


# The kind of each object and its address; None for text, of which a page has far more than else.
Objects = list[tuple[int, Address] | None]
TEXT = pdfium.FPDF_PAGEOBJ_TEXT

_object = unchecked(pdfium.FPDFPage_GetObject, Address)
_kind = unchecked(pdfium.FPDFPageObj_GetType, c_int)
_bounds = unchecked(pdfium.FPDFPageObj_GetBounds, c_int)


def objects_of(page) -> Objects:
    """What the page draws; addresses hold until it is closed."""
    raw = ctypes.cast(page.raw, c_void_p)
    count = min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)
    addresses = map(_object, repeat(raw), range(count))
    return [(kind, address) if (kind := _kind(address)) != TEXT else None for address in addresses]


def of_kind(kind: int, objects: Objects) -> list[Address]:
    """The addresses of the objects of one kind."""
    return [each[1] for each in objects if each and each[0] == kind]


@cache
def _sides():
    """Room for a box, and references to its four sides."""
    sides = (c_float * 4)()
    return sides, [ctypes.byref(sides, 4 * place) for place in range(4)]


def bounds(address: Address, frame: Frame) -> tuple[float, ...] | None:
    """The box round an object in layout points, None where it has none."""
    sides, refs = _sides()
    return frame.box(*sides) if _bounds(address, *refs) else None
