"""Who answers: on trial, switched on, rolled back, by hand and by itself."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse

from helpdesk.errors import HelpdeskError
from helpdesk.models import Citation, Conversation, Engine, Feedback, Message
from knowledge.models import Document, Version
from tests.tuning.runs import make_run
from tuning import switching, tripping
from tuning.errors import TuningError
from tuning.models import Adapter, Evaluation, Switch

PASSED = {"gates": [{"name": "tone", "sentence": "Fine.", "holds": True}]}
FAILED = {"gates": [{"name": "tone", "sentence": "Not in the tone.", "holds": False}]}


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.TRIP_ANSWERS = 4


@pytest.fixture
def quotes(db):
    engine = Engine.objects.create(name="quotes")
    engine.activate()
    return engine


def make_adapter(model, by, name="run-1-abc", groups=(), report=PASSED):
    run = make_run(model, by, groups, queued=False)
    engine = Engine.objects.create(
        name=name, kind="openai", model=name, held_back="It was not measured yet."
    )
    engine.groups.set(groups)
    adapter = Adapter.objects.create(run=run, name=name, manifest={}, engine=engine)
    if report:
        evaluation = Evaluation.objects.create(run=run)
        evaluation.finish(report, report == PASSED)
        switching.hold(evaluation)
        engine.refresh_from_db()
    return adapter


@pytest.fixture
def adapter(tiny_model, administrator, quotes):
    return make_adapter(tiny_model, administrator)


def answers(engine, user, count, up=0, down=0, verified=True, version=None):
    conversation = Conversation.objects.create(user=user)
    for number in range(count):
        message = Message.objects.create(
            conversation=conversation, role="assistant", text="So it is.", engine=engine.label
        )
        if number < up + down:
            verdict = "up" if number < up else "down"
            Feedback.objects.create(
                message=message, user=user, verdict=verdict, engine=engine.label
            )
        if version:
            Citation.objects.create(
                message=message, number=1, version=version, quote="x", verified=verified
            )


def test_one_that_was_not_measured_can_not_be_switched_on(tiny_model, curator, quotes):
    made = make_adapter(tiny_model, curator, report=None)
    with pytest.raises(HelpdeskError, match="not measured"):
        made.engine.activate(curator)
    assert Engine.current() == quotes


def test_a_failing_gate_blocks_until_somebody_with_the_right_says_why(
    tiny_model, administrator, make_user, quotes
):
    made = make_adapter(tiny_model, administrator, report=FAILED)
    clerk = make_user("clerk", is_staff=True)
    with pytest.raises(TuningError, match="Not in the tone"):
        switching.switch_on(made, clerk, reason="I want it.")
    with pytest.raises(TuningError, match="say why"):
        switching.switch_on(made, administrator, reason=" ")
    assert Engine.current() == quotes
    switch = switching.switch_on(made, administrator, reason="The set is too strict.")
    assert (switch.overridden, switch.reason) == (True, "The set is too strict.")
    assert Engine.current() == made.engine


def test_it_answers_from_the_next_question_and_one_click_takes_it_back(adapter, employee, quotes):
    switching.switch_on(adapter, None)
    assert Engine.for_user(employee) == adapter.engine
    switch = switching.roll_back(reason="Too chatty.")
    assert Engine.for_user(employee) == quotes
    assert (switch.engine, switch.before) == (adapter.engine, quotes)
    with pytest.raises(TuningError, match="nothing to roll back"):
        switching.roll_back()
    assert [one.deed for one in Switch.objects.all()] == ["roll_back", "activate"]


def test_a_second_adapter_goes_back_to_the_first(tiny_model, administrator, adapter):
    switching.switch_on(adapter, administrator)
    second = make_adapter(tiny_model, administrator, "run-2-abc")
    switching.switch_on(second, administrator)
    switching.roll_back(administrator)
    assert Engine.current() == adapter.engine


def test_a_trial_is_dealt_to_the_same_people_each_time(adapter, make_user, quotes):
    people = [make_user(f"person-{number}") for number in range(60)]
    switching.switch_on(adapter, None, share=25)
    dealt = [Engine.for_user(one) == adapter.engine for one in people]
    assert [Engine.for_user(one) == adapter.engine for one in people] == dealt
    assert 3 <= sum(dealt) <= 30
    assert Engine.current() == quotes
    switching.switch_on(adapter, None, share=100)
    assert all(Engine.for_user(one) == adapter.engine for one in people)
    switching.roll_back()
    assert not any(Engine.for_user(one) == adapter.engine for one in people)


def test_a_restricted_adapter_answers_its_groups_and_never_everybody(
    tiny_model, administrator, manager, employee, managers, quotes
):
    group = Group.objects.get(name="Managers")
    made = make_adapter(tiny_model, administrator, groups=[group])
    with pytest.raises(TuningError, match="not everybody"):
        switching.switch_on(made, administrator, reason="All of them.")
    assert Engine.current() == quotes
    switching.switch_on(made, administrator, share=100)
    assert Engine.for_user(manager) == made.engine
    assert Engine.for_user(employee) == quotes


def test_thumbs_down_roll_it_back_by_itself_and_it_is_told(adapter, administrator, employee):
    administrator.email = "admin@example.com"
    administrator.save()
    switching.switch_on(adapter, administrator)
    answers(adapter.engine, employee, 3, down=3)
    assert tripping.trip() is None, "three answers tell nothing"
    answers(adapter.engine, employee, 1)
    switch = tripping.trip()
    assert (switch.deed, switch.by) == ("trip", None)
    assert "3 of 4 answers were found not helpful" in switch.reason
    assert Engine.current().name == "quotes"
    assert [one.to for one in mail.outbox] == [["admin@example.com"]]
    assert "run-1-abc" in mail.outbox[0].subject
    assert tripping.trip() is None


def test_citations_that_do_not_hold_roll_it_back_too(adapter, employee, everyone):
    switching.switch_on(adapter, None, share=25)
    document = Document.objects.create(collection=everyone, name="leave.md")
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)
    answers(adapter.engine, employee, 4, up=4, verified=False, version=version)
    assert "4 of 4 citations" in tripping.trip().reason
    assert not Engine.objects.filter(trial_share__gt=0).exists()


def test_one_that_fares_well_goes_on(adapter, employee):
    switching.switch_on(adapter, None)
    answers(adapter.engine, employee, 12, up=5, down=1)
    assert tripping.trip() is None
    assert Engine.current() == adapter.engine


def by_the_engines_page(client, engine):
    data = {"action": "activate", "_selected_action": [engine.pk]}
    return client.post(reverse("admin:helpdesk_engine_changelist"), data, follow=True).text


def test_an_engine_activated_on_its_own_page_is_told_watched_and_rolled_back(
    client, adapter, administrator, employee, quotes
):
    client.force_login(administrator)
    by_the_engines_page(client, adapter.engine)
    switch = Switch.objects.get()
    assert (switch.deed, switch.engine, switch.before) == ("activate", adapter.engine, quotes)
    assert switch.by == administrator
    by_the_engines_page(client, adapter.engine)
    assert Switch.objects.count() == 1, "it answered already"
    answers(adapter.engine, employee, 4, down=4)
    assert tripping.trip().deed == "trip"
    assert Engine.current() == quotes
    adapter.engine.activate()
    by_the_engines_page(client, quotes)
    assert Switch.objects.first().name == "quotes", "who switched it off is told too"


def test_the_engines_page_switches_no_tuned_model_for_who_may_not(
    client, adapter, make_user, quotes
):
    clerk = make_user("clerk", is_staff=True)
    names = ("view_engine", "change_engine")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(clerk)
    assert "may not switch tuned models on" in by_the_engines_page(client, adapter.engine)
    assert Engine.current() == quotes
    assert not Switch.objects.exists()


def test_the_first_engine_of_a_new_desk_is_no_switch(db):
    Engine.objects.create(name="quotes").activate()
    assert not Switch.objects.exists()
