"""What the desk's log tells of requests."""

import logging

import pytest


@pytest.fixture
def told(caplog):
    return lambda: [one for one in caplog.records if one.name == "django.request"]


def test_a_refused_request_is_one_line(client, employee, told):
    client.force_login(employee)
    for page in ("/dashboard/", "/nowhere/"):
        client.get(page)

    assert [one.status_code for one in told()] == [403, 404]
    assert not any(one.exc_info for one in told())


def test_a_broken_page_tells_where(client, employee, monkeypatch, told):
    client.force_login(employee)
    client.raise_request_exception = False
    monkeypatch.setattr("helpdesk.views.starters", None)
    client.get("/")

    (one,) = told()
    assert one.levelno == logging.ERROR
    assert one.exc_info
