import numpy as np
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection

from knowledge import prepared, rights
from knowledge.models import Collection


def seen(wanted: rights.Rights) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(wanted.sql, wanted.parameters)
        return {key for key, _ in cursor.fetchall()}


def visible(user) -> set[int]:
    return set(Collection.objects.visible_to(user).values_list("pk", flat=True))


def test_everybody_reads_what_is_visible_to_them(
    everyone, managers, administrator, employee, manager
):
    for user in (administrator, employee, manager, AnonymousUser()):
        assert seen(rights.reading(user)) == visible(user)
        one = rights.reading(user, [managers.slug])
        assert seen(one) == visible(user) & {managers.pk}


def test_what_is_kept_is_the_sql_and_no_answer(managers, employee):
    assert managers.pk not in seen(rights.reading(employee))
    (group,) = Group.objects.filter(collection=managers)
    employee.groups.add(group)
    assert managers.pk in seen(rights.reading(employee))
    employee.groups.remove(group)
    assert managers.pk not in seen(rights.reading(employee))


def test_who_is_locked_or_no_longer_a_superuser_loses_their_rights_at_once(managers, administrator):
    assert managers.pk in seen(rights.reading(administrator))
    administrator.is_superuser = False
    assert managers.pk not in seen(rights.reading(administrator))
    administrator.is_superuser, administrator.is_active = True, False
    assert seen(rights.reading(administrator)) == set()


def test_an_empty_choice_of_collections_finds_none(managers, administrator):
    assert seen(rights.reading(administrator, [])) == set()


def test_a_vector_arrives_in_half_precision(db):
    vector = np.random.default_rng(1).standard_normal(384).astype(np.float32)
    with prepared.cursor() as cursor:
        cursor.execute("SELECT ($1::halfvec(384))::real[]", [prepared.Halves.of(vector)])
        ((stored,),) = cursor.fetchall()
    assert np.array_equal(stored, vector.astype(np.float16).astype(np.float32))
