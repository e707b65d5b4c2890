"""A tuned model whose documents are closed to some whom it answers: it is rolled back."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

from helpdesk.errors import HelpdeskError
from helpdesk.models import Engine
from knowledge.models import ClosedVersion, Document, Version
from tests.tuning.test_report_pages import report
from tests.tuning.test_switching import make_adapter
from tuning import closing, switching, tripping
from tuning.errors import TuningError
from tuning.models import Example, Run, Switch


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def quotes(db):
    engine = Engine.objects.create(name="quotes")
    engine.activate()
    return engine


def version_in(collection, name="leave.md"):
    document = Document.objects.create(collection=collection, name=name)
    return Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)


def rests_on(adapter, version):
    """Three of the pairs that the adapter learned from have this source."""
    some = adapter.run.dataset.examples.values("pk")[:3]
    Example.objects.filter(pk__in=some).update(versions=[version.pk])


def close(collection, *groups):
    collection.open_to_all = False
    collection.save()
    collection.groups.set(groups)


@pytest.fixture
def adapter(tiny_model, administrator, quotes, everyone):
    administrator.email = "admin@example.com"
    administrator.save()
    made = make_adapter(tiny_model, administrator, report=report())
    Run.objects.filter(pk=made.run_id).update(state="done")
    rests_on(made, version_in(everyone))
    return made


def test_what_everybody_may_read_stands_in_nobodys_way(adapter):
    assert closing.why(adapter.run.dataset) == ""
    switching.switch_on(adapter, None)
    assert tripping.trip() is None


def test_one_that_is_closed_later_blocks_every_way_to_switch_it_on(
    client, adapter, administrator, everyone, managers, quotes
):
    close(everyone, *managers.groups.all())
    for share in (0, 5, 100):
        with pytest.raises(TuningError, match="3 pairs that it learned from"):
            switching.switch_on(adapter, administrator, share, reason="All the same.")
    with pytest.raises(HelpdeskError, match="not all whom it answers"):
        adapter.engine.activate(administrator, although=True)
    assert Engine.current() == quotes
    client.force_login(administrator)
    page = client.get(adapter.run.get_absolute_url()).text
    assert "not all whom it answers may read" in page
    assert "leave.md" in page
    assert ">Activate<" not in page
    place = reverse("admin:tuning_run_switch", args=[adapter.run_id])
    assert '<button class="button' not in client.get(place).text
    assert "not all whom it answers" in client.post(place, {"reason": "So."}).text
    assert not Switch.objects.exists()


def test_where_it_answers_it_is_rolled_back_by_itself_and_told(
    client, adapter, administrator, everyone, managers, quotes
):
    switching.switch_on(adapter, administrator)
    close(everyone, *managers.groups.all())
    client.force_login(administrator)
    log = reverse("admin:tuning_switch_changelist")
    assert "within a minute" in client.get(log).text
    switch = tripping.trip()
    assert (switch.deed, switch.before) == ("trip", quotes)
    assert Engine.current() == quotes
    assert "leave.md" not in switch.reason + mail.outbox[0].body, "who may switch may not read it"
    assert [one.to for one in mail.outbox] == [["admin@example.com"]]
    assert tripping.trip() is None
    assert "rolled back by itself" in client.get(log).text


def test_a_trial_and_the_model_before_it_go_both(
    tiny_model, adapter, administrator, everyone, managers, quotes
):
    switching.switch_on(adapter, administrator)
    second = make_adapter(tiny_model, administrator, "run-2-abc")
    rests_on(second, Version.objects.get())
    switching.switch_on(second, administrator, share=25)
    close(everyone, *managers.groups.all())
    tripping.trip()
    assert Engine.current() == quotes
    assert not Engine.objects.filter(trial_share__gt=0).exists()
    assert [one.deed for one in Switch.objects.all()[:2]] == ["trip", "trip"]


def test_nothing_goes_back_to_a_model_that_must_not_answer(
    tiny_model, adapter, administrator, everyone, managers, quotes
):
    switching.switch_on(adapter, administrator)
    second = make_adapter(tiny_model, administrator, "run-2-abc")
    switching.switch_on(second, administrator)
    close(everyone, *managers.groups.all())
    switching.roll_back(administrator)
    assert Engine.current() == quotes


def test_a_restricted_document_that_is_deleted_counts_as_closed(adapter, managers):
    version = version_in(managers, "pay-bands.md")
    rests_on(adapter, version)
    ClosedVersion.objects.create(pk=version.pk)
    version.delete()
    assert "3 pairs" in closing.why(adapter.run.dataset)


def test_a_model_of_a_group_is_watched_too(
    tiny_model, administrator, managers, finance, manager, employee, quotes
):
    group = Group.objects.get(name="Managers")
    made = make_adapter(tiny_model, administrator, groups=[group])
    rests_on(made, version_in(managers))
    switching.switch_on(made, administrator, share=100)
    assert tripping.trip() is None
    # Without its group the engine would answer everybody.
    group.delete()
    assert tripping.trip().deed == "trip"
    assert Engine.for_user(employee) == quotes


@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_at_once_where_rights_have_changed(
    adapter, administrator, everyone, run_jobs, quotes
):
    everyone.save()
    switching.switch_on(adapter, administrator)
    close(everyone)
    run_jobs()
    assert Engine.current() == quotes
    assert Switch.objects.first().deed == "trip"
