"""Administrators of different collections in the Django admin: none sees what another keeps."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from knowledge.models import AuditEntry, Collection, Document
from tests.knowledge.versions import deeds, published

PAGES = ["collection", "document", "passage", "auditentry"]


@pytest.fixture
def library(everyone, managers, finance):
    for collection in (everyone, managers, finance):
        version = published(collection, name=f"{collection.slug}.txt")
        AuditEntry.record("uploaded", version=version)
    return {one.slug: one for one in (everyone, managers, finance)}


@pytest.fixture
def as_keeper(client, managers_keeper):
    client.force_login(managers_keeper)
    return client


def change(name, obj):
    return reverse(f"admin:knowledge_{name}_change", args=[obj.pk])


def rights(collection, **values):
    data = {"name": collection.name, "slug": collection.slug, "groups": [], "keepers": []}
    return data | values


@pytest.mark.parametrize("page", PAGES)
def test_the_lists_show_what_one_keeps(as_keeper, library, page):
    text = as_keeper.get(reverse(f"admin:knowledge_{page}_changelist")).content.decode()
    assert "finance.txt" not in text
    assert "Finance" not in text
    if page != "passage":
        assert "Managers" in text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["employee", "outsider", "manager"])
def test_people_who_are_not_staff_are_sent_away(client, request, library, person, page):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse(f"admin:knowledge_{page}_changelist")).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_staff_without_permissions_are_refused(client, curator, library, page):
    client.force_login(curator)
    assert client.get(reverse(f"admin:knowledge_{page}_changelist")).status_code == 403


def test_another_keepers_collection_is_not_to_be_had(as_keeper, library, finance):
    Collection.objects.filter(pk=finance.pk).update(name="Numbers")
    url = change("collection", finance)
    delete = reverse("admin:knowledge_collection_delete", args=[finance.pk])
    for answer in (
        as_keeper.get(url),
        as_keeper.post(url, rights(finance, open_to_all="on")),
        as_keeper.get(delete),
        as_keeper.post(delete, {"post": "yes"}),
    ):
        assert answer.status_code == 302
        assert b"Numbers" not in answer.content
    finance.refresh_from_db()
    assert not finance.open_to_all


def test_another_keepers_document_is_not_to_be_had(as_keeper, library, finance):
    document = finance.documents.get()
    delete = reverse("admin:knowledge_document_delete", args=[document.pk])
    assert as_keeper.get(change("document", document)).status_code == 302
    assert as_keeper.post(delete, {"post": "yes"}).status_code == 302
    data = {"action": "delete_selected", "_selected_action": [document.pk], "post": "yes"}
    as_keeper.post(reverse("admin:knowledge_document_changelist"), data)
    data = {"action": "retry", "_selected_action": [document.pk]}
    document.versions.update(status="failed")
    as_keeper.post(reverse("admin:knowledge_document_changelist"), data)
    assert [one.status for one in document.versions.all()] == ["failed"]
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_collection_that_names_other_keepers_is_theirs(as_keeper, library, everyone, managers):
    url = change("collection", everyone)
    assert as_keeper.get(url).status_code == 200
    everyone.keepers.add(Group.objects.get(name="Finance"))
    assert as_keeper.get(url).status_code == 302
    assert as_keeper.get(change("collection", managers)).status_code == 200


def test_a_keeper_changes_the_rights_and_the_trail_tells_how(as_keeper, library, managers):
    finance, own = Group.objects.get(name="Finance"), Group.objects.get(name="Managers")
    data = rights(managers, groups=[own.pk, finance.pk], keepers=[own.pk])
    assert as_keeper.post(change("collection", managers), data).status_code == 302
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.by_name, entry.collection) == (
        "changed",
        "managers_keeper",
        managers,
    )
    assert entry.detail == "read by Finance, Managers; kept by Managers"
    as_keeper.post(change("collection", managers), data)
    assert AuditEntry.objects.first() == entry


def test_who_may_not_change_collections_changes_no_rights(
    client, managers_keeper, library, managers
):
    managers_keeper.user_permissions.remove(
        managers_keeper.user_permissions.get(codename="change_collection")
    )
    client.force_login(managers_keeper)
    data = rights(managers, open_to_all="on")
    assert client.post(change("collection", managers), data).status_code == 403


def test_a_superuser_sees_and_changes_everything(as_administrator, library, finance):
    assert as_administrator.get(change("collection", finance)).status_code == 200
    as_administrator.post(change("collection", finance), rights(finance, open_to_all="on"))
    finance.refresh_from_db()
    assert finance.open_to_all


@pytest.mark.parametrize("way", ["page", "action"])
def test_a_deletion_is_told_with_the_names(as_keeper, library, managers, managers_keeper, way):
    document = managers.documents.get()
    if way == "page":
        url = reverse("admin:knowledge_document_delete", args=[document.pk])
        as_keeper.post(url, {"post": "yes"})
    else:
        url = reverse("admin:knowledge_document_changelist")
        action = {"action": "delete_selected", "_selected_action": [document.pk], "post": "yes"}
        as_keeper.post(url, action)
    assert not Document.objects.filter(pk=document.pk).exists()
    entry = AuditEntry.objects.visible_to(managers_keeper).first()
    assert (entry.action, entry.by_name) == ("deleted", "managers_keeper")
    assert (entry.document, entry.document_name) == (None, "managers.txt")
    assert entry.detail == "1 version, 1 passage"


def test_a_deleted_collection_is_told_with_its_documents(as_keeper, library, managers):
    url = reverse("admin:knowledge_collection_delete", args=[managers.pk])
    assert b"Leave 1" in as_keeper.get(url).content
    as_keeper.post(url, {"post": "yes"})
    told = AuditEntry.objects.filter(action="deleted").order_by("pk")
    assert list(told.values_list("collection_name", "document_name")) == [
        ("Managers", "managers.txt"),
        ("Managers", ""),
    ]


def test_who_may_not_delete_documents_deletes_no_collection_of_them(
    client, managers_keeper, library, managers
):
    managers_keeper.user_permissions.remove(
        managers_keeper.user_permissions.get(codename="delete_document")
    )
    client.force_login(managers_keeper)
    url = reverse("admin:knowledge_collection_delete", args=[managers.pk])
    client.post(url, {"post": "yes"})
    assert managers.documents.exists()


def test_the_trail_is_looked_at_only(as_administrator, library):
    entry = AuditEntry.objects.first()
    url = change("auditentry", entry)
    assert as_administrator.get(url).status_code == 200
    assert as_administrator.post(url, {"detail": "changed"}).status_code == 403
    delete = reverse("admin:knowledge_auditentry_delete", args=[entry.pk])
    assert as_administrator.post(delete, {"post": "yes"}).status_code == 403
    assert as_administrator.get(reverse("admin:knowledge_auditentry_add")).status_code == 403
    assert deeds()[0][0] == "published"


def test_the_trail_names_the_version_where_a_deed_has_one(as_administrator, library, managers):
    AuditEntry.record("deleted", document=managers.documents.get())
    page = as_administrator.get(reverse("admin:knowledge_auditentry_changelist"))
    named = [page.context["cl"].model_admin.which(row) for row in page.context["cl"].result_list]
    assert named[0] == "managers.txt"
    assert "managers.txt, version 1" in named
    assert b"managers.txt, version 1" in page.content


def test_jobs_are_ended_on_the_desks_own_pages_alone(as_administrator):
    assert "procrastinate" not in as_administrator.get(reverse("admin:index")).text.lower()
    assert as_administrator.get("/admin/procrastinate/procrastinatejob/").status_code == 404
