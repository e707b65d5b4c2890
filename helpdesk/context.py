"""What every page knows."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

DEMO_COMPANY = "Carrowmoyle Engineering"
DEMO_ACCOUNTS = {
    "employee": _("reads what is for everyone"),
    "manager": _("sees the managers' documents too"),
    "accountant": _("sees finance's documents too"),
    "curator": _("looks after the answers"),
    "administrator": _("uploads documents, runs the desk"),
}


def company(request) -> dict:
    """The company's name for the header, and the demo accounts for the sign-in page."""
    name = settings.COMPANY_NAME or (DEMO_COMPANY if settings.DEMO else "")
    return {"company": {"name": name}, "demo_accounts": demo_accounts}


def open_place(request) -> dict:
    """The part of the desk that is open, for the header: the first word of the page's route."""
    route = request.resolver_match.route if request.resolver_match else ""
    return {"open_place": route.partition("/")[0]}


def demo_accounts() -> list[tuple[str, str]]:
    """The demo company's accounts that exist, with what each is for."""
    if not settings.DEMO:
        return []
    users = get_user_model().objects.filter(username__in=DEMO_ACCOUNTS, is_active=True)
    there = set(users.values_list("username", flat=True))
    return [(name, role) for name, role in DEMO_ACCOUNTS.items() if name in there]
