"""What the worker does by itself."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk import tasks

pytestmark = pytest.mark.django_db


def test_sessions_that_have_run_out_go_at_night_and_no_others():
    for name, days in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=name, expire_date=timezone.now() + timedelta(days=days), session_data=""
        )
    tasks.forget(0)

    assert [one.pk for one in Session.objects.all()] == ["new"]
