"""What workers have stored, as the pages of tuning show it."""

from django import template

from tuning.stored_words import in_words, log_in_words

register = template.Library()
register.filter("stored", in_words)
register.filter("stored_log", log_in_words)
