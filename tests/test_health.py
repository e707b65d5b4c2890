"""/healthz, with each part really there or really not."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from helpdesk import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """What an earlier test learned about migrations is not known here."""
    monkeypatch.setattr(health.migrations, "applied", False)


def heartbeat(seconds_ago):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_all_is_well_with_a_live_worker_and_without_signing_in(client):
    heartbeat(5)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "missing": []}
    assert "no-store" in response["Cache-Control"]


def test_no_worker_is_told(client):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "missing": ["worker"]}


def test_a_worker_that_is_silent_for_a_minute_is_dead(client):
    heartbeat(60)
    assert client.get("/healthz").json()["missing"] == ["worker"]


def test_a_migration_that_is_not_applied_is_told_until_it_is(client):
    heartbeat(5)
    recorder = MigrationRecorder(connection)
    (last,) = MigrationLoader(connection).graph.leaf_nodes("knowledge")
    recorder.record_unapplied(*last)
    assert client.get("/healthz").json()["missing"] == ["migrations"]
    recorder.record_applied(*last)
    assert client.get("/healthz").json()["missing"] == []


def test_a_database_that_is_not_there_is_told(client, monkeypatch, tmp_path):
    monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "missing": ["database"]}
    assert str(tmp_path) not in response.content.decode()


def test_it_costs_few_queries_once_the_migrations_are_known(client, django_assert_num_queries):
    heartbeat(5)
    client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


def test_only_get_is_answered(client):
    assert client.post("/healthz").status_code == 405
