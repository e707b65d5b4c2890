"""What the upload form tells of the settings, and a quote as it is shown in brief."""

from django import template
from django.conf import settings

from knowledge.audit_words import in_words
from knowledge.error_words import said
from knowledge.passage_text import BULLET, CELLS

register = template.Library()
register.filter(in_words)
register.filter(said)


@register.simple_tag
def max_upload_megabytes() -> int:
    return settings.MAX_UPLOAD_MB


@register.simple_tag
def max_upload_bytes() -> int:
    return settings.MAX_UPLOAD_MB * 1_000_000


@register.filter
def in_one_line(quote: str) -> str:
    """A quote without the marks of lists and tables that its text carries."""
    lines = (line.strip() for line in quote.splitlines())
    said = (line[match.end() :] if (match := BULLET.match(line)) else line for line in lines)
    return " ".join(filter(None, said)).replace(CELLS, " · ")
