"""Mails: their language is the desk's, for a worker knows nobody's own choice."""

from django.conf import settings
from django.utils import translation


def in_their_language() -> translation.override:
    """A context in which texts are in the language of mails."""
    return translation.override(settings.MAIL_LANGUAGE)
