"""What other apps offer to do with an answer that somebody gave feedback on.

The chat knows none of them: an app that has something to offer adds it in its AppConfig.ready.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.http import urlencode


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """A way on from an answer; `label` and `url` tell it from the key of the answer's message."""

    label: Callable[[int], str]
    permission: str
    url: Callable[[int], str]


_links: dict[str, AnswerLink] = {}


def register(name: str, link: AnswerLink) -> None:
    """Offers `link` from now on, in the place of one that has the same name."""
    _links[name] = link


def links(user, message_pk: int, back: str) -> list[dict]:
    """What `user` may do with an answer; each page is told to lead `back`."""
    return [
        {
            "label": link.label(message_pk),
            "url": f"{link.url(message_pk)}?{urlencode({'next': back})}",
        }
        for link in _links.values()
        if user.has_perm(link.permission)
    ]
