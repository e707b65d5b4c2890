"""Queries that the ORM writes once and runs with other values each time."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy

from knowledge import written
from knowledge.models import Version
from knowledge.written import Written
from tests.knowledge.versions import make

pytestmark = pytest.mark.django_db


def test_it_is_written_once_and_run_with_its_values(manager, employee):
    asked = []

    def named(name, pk):
        asked.append(name)
        return User.objects.filter(username=name, pk=pk, is_active=True)

    query = Written(named, str, int)

    assert query.objects(manager.username, manager.pk) == [manager]
    assert query.objects(employee.username, employee.pk) == [employee]
    assert query.objects(employee.username, manager.pk) == []
    assert len(asked) == 1


def test_choices_and_signs_of_percent_are_as_the_orm_means_them(everyone):
    make(everyone, name="100%")
    query = Written(
        lambda pk: Version.objects.filter(
            document__collection=pk,
            status=Version.Status.QUEUED,
            document__name__endswith="0%",
        ).values_list("document__name"),
        int,
    )
    assert query.rows(everyone.pk) == [("100%",)]


def test_what_never_changes_stands_in_the_text_whatever_signs_it_holds(everyone):
    names = ["it's 100%", "a\\b $1", "Größe"]
    for name in names:
        make(everyone, name=name)
    query = Written(
        lambda pk: Version.objects.filter(
            document__collection=pk, document__name__in=names, number__gt=0
        ).values_list("document__name"),
        int,
    )
    assert sorted(name for (name,) in query.rows(everyone.pk)) == sorted(names)
    assert query.compiled[2] == (query.marks[0],)


def test_related_objects_come_with_their_rows(everyone, django_assert_num_queries):
    version = make(everyone)
    query = Written(
        lambda pk: Version.objects.select_related("document__collection").filter(pk=pk), int
    )
    with django_assert_num_queries(1):
        found = query.first(version.pk)
        assert found.document.collection == everyone
    assert (found, found.document) == (version, version.document)
    assert query.first(version.pk + 1) is None


def test_values_are_stored_as_the_orm_stores_them(everyone):
    one, other = make(everyone), make(everyone)
    values = {
        "status": Version.Status.READY,
        "finished_at": timezone.now(),
        "expires_on": None,
        "error": gettext_lazy("Failed"),
        "approved": True,
        "size": 2**40,
    }
    assert written.update(Version, "document_id = $1 AND number > $2", [one.document_id, 1], values)
    found = Version.objects.get(pk=other.pk)
    assert {name: getattr(found, name) for name in values} == values | {"error": "Failed"}
    assert Version.objects.get(pk=one.pk).status == Version.Status.QUEUED
    assert written.update(Version, "id = $1", [other.pk + 1], values) == 0


def test_an_object_is_added_with_the_databases_own_defaults(everyone, administrator):
    document = make(everyone).document
    version = Version(
        document=document, number=2, uploaded_by=administrator, size=2**40, expires_on=None
    )
    written.add(version)
    found = Version.objects.get(pk=version.pk)
    for field in Version._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(version, field.attname)
    assert (found.document, found.uploaded_by, found.file) == (document, administrator, "")
    assert abs(timezone.now() - version.uploaded_at).total_seconds() < 60
    version.title = "Saved again, it is the same row."
    version.save()
    assert Version.objects.get(pk=version.pk).title == version.title
    assert document.versions.count() == 2
