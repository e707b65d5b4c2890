"""Who asks from the shell."""

from django.contrib.auth import get_user_model
from django.core.management import CommandError


def asker(name: str | None):
    """The active account `name`, or the first superuser; raises CommandError for none."""
    users = get_user_model().objects.filter(is_active=True).order_by("pk")
    user = (users.filter(username=name) if name else users.filter(is_superuser=True)).first()
    if user is None:
        wanted = f"There is no active user “{name}”." if name else "There is no superuser."
        raise CommandError(f"{wanted} Name one with --user.")
    return user
