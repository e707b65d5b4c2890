"""The one exception of the helpdesk layer."""


class HelpdeskError(Exception):
    """Something that a person asked for and can't have: `str(error)` is the sentence they read."""
