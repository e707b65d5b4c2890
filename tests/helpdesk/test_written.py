"""Queries that the ORM writes once and runs with other values each time."""

import pytest
from django.contrib.auth.models import User

from helpdesk.models import Message
from helpdesk.written import Written

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


def test_choices_and_signs_of_percent_are_as_the_orm_means_them(employee):
    employee.conversations.create(title="100%").messages.create(role="user", text="How many?")
    role = Message.Role.USER
    query = Written(
        lambda pk: Message.objects.filter(
            conversation__user=pk, role=role, conversation__title__endswith="0%"
        ).values_list("text"),
        int,
    )

    assert query.rows(employee.pk) == [("How many?",)]
