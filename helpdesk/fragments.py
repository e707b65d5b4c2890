"""Fragments whose template is rendered once: rendering takes longer than putting values in."""

import re
import secrets
from collections.abc import Hashable, Iterator
from itertools import count

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Shapes of the context for which what was rendered is kept.
KEPT = 200
# What stands for a value while the template is rendered, with its place in three more digits. No
# text holds it but by chance: it is another one in each process.
KEY = 10**14 + secrets.randbelow(9 * 10**14)
MARK = re.compile(rf"{KEY}(\d{{3}})")


class Fragment:
    """A template and the names of those `values` that it shows as they are.

    Of them it may ask whether they are empty, and put them into an address; anything else may
    depend on all other values. It knows what it is given and the language, and no request.
    """

    def __init__(self, template: str, *values: str):
        self.template, self.values = template, frozenset(values)
        self.kept: dict[Hashable, list[str]] = {}

    def filled(self, context: dict) -> SafeString:
        """As `render_to_string` gives it."""
        given: list = []
        shape = (get_language(), self.shape(context, "", given))
        pieces = self.kept.get(shape)
        if pieces is None:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            pieces = self.kept[shape] = self.rendered(context)
        texts = [conditional_escape(value) for value in given]
        filled = [texts[int(at)] if n % 2 else at for n, at in enumerate(pieces)]
        return mark_safe("".join(filled))  # noqa: S308 - the template's own, and what was escaped

    def shape(self, value, name: str, given: list) -> Hashable:
        """The value without what may be filled in, which is added to `given`."""
        if isinstance(value, dict):
            return tuple((key, self.shape(one, key, given)) for key, one in value.items())
        if isinstance(value, list):
            return tuple(self.shape(one, name, given) for one in value)
        if self.is_filled_in(value, name):
            given.append(value)
            return type(value)
        return value

    def is_filled_in(self, value, name: str) -> bool:
        return bool(value) and name in self.values and isinstance(value, (int, str, Promise))

    def rendered(self, context: dict) -> list[str]:
        """The template's text, and between its pieces the places of the values among all given."""
        return MARK.split(render_to_string(self.template, self.marked(context, "", count())))

    def marked(self, value, name: str, places: Iterator[int]):
        """The value with marks for what may be filled in."""
        if isinstance(value, dict):
            return {key: self.marked(one, key, places) for key, one in value.items()}
        if isinstance(value, list):
            return [self.marked(one, name, places) for one in value]
        if not self.is_filled_in(value, name):
            return value
        mark = KEY * 1000 + next(places)
        return mark if isinstance(value, int) else str(mark)
