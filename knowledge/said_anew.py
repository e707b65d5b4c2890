"""Sentences that are kept in English, said anew in the reader's language."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from django.utils.translation import gettext

BLANK = re.compile(r"%\((\w+)\)[.\d]*[sdf]")


def said_anew(kept: str, forms: Iterable[str], word: Callable[[str], str] = str) -> str:
    """The sentence in the active language, by the one of the `forms` that it was made from.

    `word` says what was filled in; a sentence that no form fits is given back as it is kept.
    """
    for form in forms:
        if found := pattern(form).fullmatch(kept):
            values = {name: word(value) for name, value in found.groupdict().items()}
            return BLANK.sub(lambda blank, values=values: values[blank[1]], gettext(form))
    return kept


@cache
def pattern(form: str) -> re.Pattern:
    """What a form looks like once it is filled in."""
    parts = BLANK.split(form)
    names = [f"(?P<{part}>.+)" if n % 2 else re.escape(part) for n, part in enumerate(parts)]
    return re.compile("".join(names), re.S)
