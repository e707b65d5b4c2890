"""What the upload form tells of the settings."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def max_upload_megabytes() -> int:
    return settings.MAX_UPLOAD_MB


@register.simple_tag
def max_upload_bytes() -> int:
    return settings.MAX_UPLOAD_MB * 1_000_000
