"""The demo company in the database: groups, collections, accounts, and its handbook."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from knowledge.errors import KnowledgeError
from knowledge.models import Collection, Version
from knowledge.uploads import upload

DOCS = Path(__file__).resolve().parent / "docs"
LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
# The models that a group may view, add, change and delete; "*" stands for all of an app.
PERMISSIONS = {
    "Managers": [],
    "Finance": [],
    "Curators": [
        "tuning.*",
        "helpdesk.feedback",
        "helpdesk.explanation",
        "helpdesk.handoff",
        "helpdesk.curatedanswer",
        "helpdesk.gap",
    ],
    "Administrators": [
        "knowledge.*",
        "helpdesk.engine",
        "helpdesk.feedback",
        "helpdesk.explanation",
        "helpdesk.handoff",
        "helpdesk.apikey",
        "helpdesk.curatedanswer",
        "helpdesk.gap",
        "tuning.*",
    ],
}
# What the administrators keep to themselves of what is the curators' too.
KEPT_BACK = {"Curators": ["switch_engine", "override_gates"]}
# Slug, name, the groups that read it; none: everyone.
COLLECTIONS = [
    ("everyone", "Everyone", []),
    ("managers", "Managers", ["Managers"]),
    ("finance", "Finance", ["Finance"]),
]


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    group: str = ""
    staff: bool = False
    superuser: bool = False

    @property
    def known_password(self) -> str:
        """What everybody may know: only for a desk that nobody else can reach."""
        return f"demo-{self.username}"


ACCOUNTS = (
    Account("administrator", "Aoife Brennan", "Administrators", staff=True, superuser=True),
    Account("employee", "Emer Byrne"),
    Account("manager", "Maeve Quinn", "Managers"),
    Account("accountant", "Fergal Nolan", "Finance"),
    Account("curator", "Ciara Walsh", "Curators", staff=True),
)


def within_reach() -> bool:
    """Whether others may reach the desk: by its address, or by a name that a proxy serves."""
    return not {settings.HOST, *settings.ALLOWED_HOSTS} <= LOOPBACK


def guard():
    """Holds the rule: a desk within others' reach has no account with a known password.

    With DEMO_PASSWORD set the demo accounts that still have theirs get that one. Raises
    KnowledgeError without it, or when it is too weak.
    """
    if not within_reach():
        return
    weak = [user for user, account in users() if user.check_password(account.known_password)]
    coming = settings.DEMO and not Collection.objects.exists()
    if weak or coming:
        check_demo_password("deactivate these accounts" if weak else "DEMO=false")
    for user in weak:
        user.set_password(settings.DEMO_PASSWORD)
        user.save(update_fields=["password"])


def check_demo_password(instead: str):
    if not settings.DEMO_PASSWORD:
        raise KnowledgeError(
            "HOST or ALLOWED_HOSTS lets others reach this desk, and the demo accounts' passwords"
            f" are known: set DEMO_PASSWORD, or {instead}."
        )
    try:
        validate_password(settings.DEMO_PASSWORD)
    except ValidationError as error:
        raise KnowledgeError(f"DEMO_PASSWORD: {' '.join(error.messages)}") from None


def users() -> list:
    """The demo accounts that are there and active, each with its description."""
    by_name = {account.username: account for account in ACCOUNTS}
    found = get_user_model().objects.filter(username__in=by_name, is_active=True).order_by("pk")
    return [(user, by_name[user.username]) for user in found]


def account_lines() -> list[str]:
    """The demo accounts, for the person who started the desk."""
    given = "the password in DEMO_PASSWORD" if settings.DEMO_PASSWORD else ""
    return [f"  {each.username:<14} {given or each.known_password}" for _, each in users()]


_more: list[Callable[[], object]] = []


def also(load: Callable[[], object]):
    """Adds what an app above has for the demo company. For AppConfig.ready."""
    _more.append(load)


def load() -> list[Version]:
    """Makes what is missing, changes nothing that is there, and gives the versions uploaded now.

    What apps above added is loaded after that. Raises KnowledgeError as `guard` does.
    """
    guard()
    with transaction.atomic():
        groups = {name: group(name, models) for name, models in PERMISSIONS.items()}
        collections = [collection(*row, groups) for row in COLLECTIONS]
        for account in ACCOUNTS:
            make_user(account, groups)
    versions = [version for each in collections for version in upload_handbook(each)]
    for each in _more:
        each()
    return versions


def group(name: str, models: list[str]) -> Group:
    made, created = Group.objects.get_or_create(name=name)
    if created:
        given = (found for model in models for found in permissions(model))
        kept_back = KEPT_BACK.get(name, ())
        made.permissions.set(one for one in given if one.codename not in kept_back)
    return made


def permissions(model: str):
    app, _, name = model.partition(".")
    allowed = Permission.objects.filter(content_type__app_label=app)
    return allowed if name == "*" else allowed.filter(content_type__model=name)


def collection(slug: str, name: str, readers: list[str], groups: dict) -> Collection:
    defaults = {"name": name, "open_to_all": not readers}
    made, created = Collection.objects.get_or_create(slug=slug, defaults=defaults)
    if created:
        made.groups.set([groups[reader] for reader in readers])
    return made


def make_user(account: Account, groups: dict):
    users = get_user_model().objects
    if users.filter(username=account.username).exists():
        return
    first, last = account.name.split()
    user = users.create_user(
        account.username,
        password=settings.DEMO_PASSWORD or account.known_password,
        first_name=first,
        last_name=last,
        is_staff=account.staff,
        is_superuser=account.superuser,
    )
    user.groups.set([groups[account.group]] if account.group else [])


def upload_handbook(into: Collection) -> list[Version]:
    """Uploads the collection's folder; a document that is there, changed or not, is left alone."""
    there = set(into.documents.values_list("name", flat=True))
    paths = [path for path in sorted((DOCS / into.slug).glob("*.*")) if path.name not in there]
    return [upload_file(into, path) for path in paths]


def upload_file(into: Collection, path: Path) -> Version:
    with path.open("rb") as file:
        return upload(into, path.name, File(file, name=path.name)).version
