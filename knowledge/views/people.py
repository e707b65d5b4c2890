"""The people to choose from, for a field that takes a user name."""

from django.contrib.auth import get_user_model

# A longer list helps nobody; the field takes any name.
LISTED = 500


def people() -> list[tuple[str, str]]:
    """User names with the people's own, of active accounts."""
    found = get_user_model().objects.filter(is_active=True).order_by("username")[:LISTED]
    return [(person.get_username(), person.get_full_name()) for person in found]
