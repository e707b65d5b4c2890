"""Who may open each page around a document, and change something by it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from knowledge.models import Document
from tests.knowledge.papers import LEAVE, published_pdf

pytestmark = pytest.mark.usefixtures("var")

ALL = ["documents", "reviews", "trail"]
READ = ["document", "document_passages", "find", "questions", "differences"]
CHANGED = ["set_dates", "set_care", "add_version", "reviewed", "delete_document"]


@pytest.fixture
def version(everyone):
    return published_pdf(everyone, [LEAVE])


@pytest.fixture
def keeper(make_user, db):
    """Looks after documents, without the rights beyond it."""
    user = make_user("keeper", "Keepers")
    user.user_permissions.add(Permission.objects.get(codename="add_version"))
    return user


def addresses(version):
    document = version.document_id
    deeds = ["retry", "cancel", "publish", "discard"]
    return [
        *(reverse(name) for name in ALL),
        *(reverse(name, args=[document]) for name in READ + CHANGED),
        *(reverse("document_deed", args=[document, deed]) for deed in ["withdraw", "restore"]),
        *(reverse("version_deed", args=[version.pk, deed]) for deed in deeds),
        reverse("passages", args=[version.pk]),
        reverse("retry_failed"),
        reverse("cancel_all"),
    ]


def test_signed_out_people_are_sent_to_sign_in(client, version):
    for url in addresses(version):
        for response in (client.get(url), client.post(url)):
            assert response.url.startswith(reverse("login")), url


@pytest.mark.parametrize("person", ["employee", "curator", "outsider"])
def test_people_without_the_permission_are_refused(client, request, version, person):
    client.force_login(request.getfixturevalue(person))
    for url in addresses(version):
        assert {client.get(url).status_code, client.post(url).status_code} == {403}, url
    assert Document.objects.exists()


def test_a_keeper_reads_what_it_may(client, keeper, version):
    client.force_login(keeper)
    for name in ALL:
        assert client.get(reverse(name)).status_code == 200
    for name in ["document", "differences"]:
        assert client.get(reverse(name, args=[version.document_id])).status_code == 200
    assert client.get(reverse("passages", args=[version.pk])).status_code == 200


@pytest.mark.parametrize("name", ["find", "questions", "delete_document"])
def test_some_pages_take_a_right_of_their_own(client, keeper, version, name):
    client.force_login(keeper)
    assert client.get(reverse(name, args=[version.document_id])).status_code == 403
    page = client.get(reverse("document", args=[version.document_id])).content.decode()
    assert reverse(name, args=[version.document_id]) not in page


def test_the_administrator_opens_them_all(as_administrator, version):
    for name in READ:
        url = reverse(name, args=[version.document_id])
        assert as_administrator.get(url, follow=True).status_code == 200, url


def test_no_page_stays_in_the_browser_once_somebody_has_signed_out(as_administrator, version):
    pages = [reverse(name) for name in ALL]
    pages += [reverse(name, args=[version.document_id]) for name in READ]
    pages += [reverse(name, args=[version.pk]) for name in ("passages", "version")]
    for url in pages:
        assert "no-store" in as_administrator.get(url).headers.get("Cache-Control", ""), url


def test_documents_that_one_may_not_read_are_not_found(client, keeper, managers):
    keeper.user_permissions.set(Permission.objects.filter(content_type__app_label="knowledge"))
    client.force_login(keeper)
    version = published_pdf(managers, [LEAVE])
    for url in addresses(version)[len(ALL) : -2]:
        statuses = {client.get(url).status_code, client.post(url).status_code}
        assert 404 in statuses, url
        assert statuses <= {404, 405}, url


def test_documents_that_others_keep_are_read_but_not_changed(client, keeper, version, everyone):
    everyone.keepers.add(Group.objects.create(name="Others"))
    keeper.user_permissions.set(Permission.objects.filter(content_type__app_label="knowledge"))
    client.force_login(keeper)
    page = client.get(reverse("document", args=[version.document_id])).content.decode()
    assert "New version" not in page
    assert "Withdraw" not in page
    assert "Delete" not in client.get(reverse("documents")).content.decode()
    for name in CHANGED:
        assert client.post(reverse(name, args=[version.document_id])).status_code == 404
    url = reverse("document_deed", args=[version.document_id, "withdraw"])
    assert client.post(url).status_code == 404
    assert "Everyone" not in client.get(reverse("trail")).content.decode()


@pytest.mark.parametrize("name", ["version_deed", "document_deed"])
def test_a_deed_that_is_none_is_not_found(as_administrator, version, name):
    subject = version.pk if name == "version_deed" else version.document_id
    assert as_administrator.post(reverse(name, args=[subject, "nonsense"])).status_code == 404
