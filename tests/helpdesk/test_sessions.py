from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(client, employee):
    """As a socket has it: read when it was opened."""
    client.force_login(employee)
    opened = client.session
    assert opened[SESSION_KEY] == str(employee.pk)
    return opened


def test_a_browser_is_signed_in_while_its_session_holds(session, employee, manager):
    assert signed_in(session, employee.pk) == employee
    assert signed_in(session, manager.pk) is None


def test_a_session_that_has_run_out_lets_nobody_in(session, employee):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert signed_in(session, employee.pk) is None


def test_a_session_that_was_ended_lets_nobody_in(session, employee):
    Session.objects.all().delete()
    assert signed_in(session, employee.pk) is None
