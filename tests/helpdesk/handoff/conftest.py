"""People who answer, and a conversation that its person handed over."""

import pytest
from django.contrib.auth.models import Permission

from helpdesk.models import Handoff
from tests.helpdesk.chats import answered


@pytest.fixture
def make_staff(make_user):
    """Makes an account that answers hand-offs."""

    def make(username, *groups, **fields):
        user = make_user(username, *groups, **fields)
        user.user_permissions.add(Permission.objects.get(codename="answer_handoffs"))
        return user

    return make


@pytest.fixture
def staff(db, make_staff):
    return make_staff("ciara", first_name="Ciara", last_name="Walsh", email="ciara@example.com")


@pytest.fixture
def colleague(db, make_staff):
    return make_staff("fergal", first_name="Fergal", last_name="Nolan")


@pytest.fixture
def conversation(employee):
    return answered(employee).conversation


@pytest.fixture
def waiting(conversation, employee):
    return Handoff.begin(conversation.pk, employee, "Please call me.")


@pytest.fixture
def taken(waiting, staff):
    waiting.take(staff)
    return waiting
