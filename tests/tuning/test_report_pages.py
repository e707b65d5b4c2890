"""The pages of a run's evaluation: who sees them, and what they do."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk.models import Engine
from knowledge.models import Document, Version
from tests.tuning.evaluating.test_gates import BASE, GOOD, QUIET
from tests.tuning.test_switching import make_adapter
from tuning import switching
from tuning.evaluating.gates import Bounds, gates
from tuning.models import Evaluation, Example, Reply, Run, Switch, Vote

SCORE = {
    "rouge": 0.9,
    "kept": 1.0,
    "facts": 1.0,
    "supported": 1.0,
    "memorised": False,
    "replaced": False,
    "abstained": False,
}
LOG, BACK = "admin:tuning_switch_changelist", "admin:tuning_roll_back"


def report(**changes):
    found = gates(GOOD | changes, BASE, QUIET, Bounds())
    sides = {"candidate": GOOD | changes, "base": BASE}
    return {"sides": sides, "accuracy": 0.98, "gates": [gate.as_dict() for gate in found]}


def page_of(run, name):
    return reverse(f"admin:tuning_run_{name}", args=[run.pk])


def measured(adapter, **changes):
    """A finished evaluation of the adapter's run, with two answers to two questions."""
    made = report(**changes)
    evaluation = Evaluation.objects.create(run=adapter.run)
    for number, example in enumerate(adapter.run.dataset.examples.all()[:2]):
        for side in ("candidate", "base"):
            score, said = SCORE, ""
            if number == 1 and side == "candidate":
                score = SCORE | {"replaced": True, "facts": 0.5, "lost": ["€40", "Monday"]}
                said = "It is <b>€50</b>."
            text = f"<b>{side}</b> says {number}"
            Reply.objects.create(
                evaluation=evaluation, example=example, side=side, text=text, said=said, score=score
            )
    evaluation.finish(made, all(gate["holds"] for gate in made["gates"]))
    switching.hold(evaluation)
    return evaluation


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def adapter(tiny_model, administrator):
    Engine.objects.create(name="quotes").activate()
    made = make_adapter(tiny_model, administrator, report=None)
    Run.objects.filter(pk=made.run_id).update(state="done")
    made.run.refresh_from_db()
    return made


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def clerk(make_user):
    """Staff who may look at runs, and switch nothing."""
    user = make_user("clerk", is_staff=True)
    names = ("view_run", "view_switch")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_each_page_is_for_those_who_may(client, adapter, clerk, administrator, outsider):
    measured(adapter)
    run = adapter.run
    read = [page_of(run, name) for name in ("report_json", "vote")] + [reverse(LOG)]
    act = [page_of(run, "switch"), reverse(BACK)]
    for user, seen, done in [(administrator, 200, 200), (clerk, 200, 403), (outsider, 302, 302)]:
        client.force_login(user)
        assert [client.get(place).status_code for place in read] == [seen] * len(read)
        assert [client.get(place).status_code for place in act] == [done] * len(act)
    for user in (clerk, outsider):
        client.force_login(user)
        for place in (*act, page_of(run, "evaluate")):
            client.post(place, {"reason": "I want it."})
    assert not Switch.objects.exists()
    assert Evaluation.objects.count() == 1


def test_a_run_of_a_group_is_hidden_from_the_others(client, tiny_model, clerk, managers):
    made = make_adapter(tiny_model, None, groups=managers.groups.all(), report=None)
    clerk.user_permissions.add(Permission.objects.get(codename="switch_engine"))
    client.force_login(clerk)
    for name in ("report", "vote", "switch"):
        assert client.get(page_of(made.run, name)).status_code == 404


def test_the_report_shows_gates_figures_and_the_worst_first(signed_in, adapter):
    measured(adapter, tone=0.5, facts=0.2)
    page = signed_in.get(adapter.run.get_absolute_url()).content.decode()
    assert "Stopped by the gates" in page
    assert "1 of 2 answers counts against it" in page
    assert "lost: €40, Monday" in page
    assert "It is &lt;b&gt;€50&lt;/b&gt;." in page, "what the model itself had said"
    assert "In the tone of the approved answers: 50%, its base 10%; 80% wanted." in page
    assert page.count('<svg class="bar') > 10
    assert "&lt;b&gt;candidate&lt;/b&gt; says 0" in page
    assert page.index("says 1") < page.index("says 0"), "what quotes replaced stands first"
    assert signed_in.get(page_of(adapter.run, "report_json")).json()["accuracy"] == 0.98


def test_the_gates_are_told_in_the_readers_language(signed_in, adapter):
    measured(adapter, tone=0.5)
    url = adapter.run.get_absolute_url()
    page = signed_in.get(url, headers={"Accept-Language": "de"}).text
    assert "Im Ton der freigegebenen Antworten: 50%, sein Basismodell 10%" in page
    assert "Beantwortete Fragen: " in page
    shown = page[page.index('class="run-gates"') :]
    assert not re.search("its base|were compared|None is allowed", shown[: shown.index("</ul>")])


def test_a_report_in_the_making_tells_how_far_it_is(signed_in, adapter):
    Evaluation.objects.create(run=adapter.run).note(state="running", done=3, total=40)
    report = page_of(adapter.run, "report")
    page = signed_in.get(report, headers={"HX-Request": "true"}).content.decode()
    assert "3 of 40 answers are measured" in page
    assert "every 2s" in page
    assert "<html" not in page
    assert signed_in.get(report).url == f"{adapter.run.get_absolute_url()}#run-report"


def test_it_is_tried_activated_and_rolled_back(signed_in, adapter):
    measured(adapter)
    place = page_of(adapter.run, "switch")
    assert "25% of the people" in signed_in.get(place, {"share": 25}).content.decode()
    assert not Switch.objects.exists(), "it asks before"
    page = signed_in.post(place, {"share": 25}, follow=True).content.decode()
    assert "On trial with 25%" in page
    signed_in.post(place, {"share": 0})
    assert Engine.current() == adapter.engine
    assert "“quotes” answers" in signed_in.get(reverse(BACK)).content.decode()
    page = signed_in.post(reverse(BACK), {"reason": "Enough."}, follow=True).content.decode()
    assert "is rolled back" in page
    assert "Enough." in page
    assert Engine.current().name == "quotes"
    assert "nothing to roll back" in signed_in.post(reverse(BACK), follow=True).content.decode()
    assert signed_in.post(place, {"share": 33}).status_code == 400


def test_a_run_of_a_group_is_switched_on_for_the_whole_of_it(
    signed_in, tiny_model, administrator, manager, employee, managers
):
    Engine.objects.create(name="quotes").activate()
    made = make_adapter(tiny_model, administrator, groups=managers.groups.all(), report=None)
    Run.objects.filter(pk=made.run_id).update(state="done")
    measured(made)
    page = signed_in.get(made.run.get_absolute_url()).text
    assert "Answer its groups" in page
    assert ">Activate<" not in page
    place = page_of(made.run, "switch")
    assert "answers everybody in Managers" in signed_in.get(place, {"share": 100}).text
    page = signed_in.post(place, {"share": 100}, follow=True).text
    assert "Answers Managers since" in page
    assert "Answer its groups" not in page
    assert Engine.for_user(manager) == made.engine
    assert Engine.for_user(employee).name == "quotes"
    assert "“run-1-abc” answers Managers." in signed_in.get(reverse(LOG)).text


def test_a_failing_gate_asks_for_a_reason(signed_in, adapter):
    measured(adapter, tone=0.5)
    place = page_of(adapter.run, "switch")
    assert "Why it is to answer all the same" in signed_in.get(place).content.decode()
    assert "say why" in signed_in.post(place).content.decode()
    assert Engine.current().name == "quotes"
    signed_in.post(place, {"reason": "We know."})
    assert Engine.current() == adapter.engine
    assert "A gate did not hold." in signed_in.get(reverse(LOG)).content.decode()


def test_votes_are_blind_and_counted_for_whom_they_are(signed_in, adapter, administrator):
    evaluation = measured(adapter)
    place = page_of(adapter.run, "vote")
    for _ in range(2):
        page = signed_in.get(place).content.decode()
        assert "run-1-abc" not in page
        reply = Reply.objects.filter(side="candidate").exclude(votes__by=administrator).first()
        first = page.index(f"candidate&lt;/b&gt; says {reply.text[-1]}")
        swapped = first > page.index(f"base&lt;/b&gt; says {reply.text[-1]}")
        choice = {"reply": reply.pk, "choice": "b" if swapped else "a"}
        signed_in.post(place, choice)
    assert [vote.better for vote in Vote.objects.all()] == [1, 1]
    assert "nothing left for you to judge" in signed_in.get(place).content.decode()
    page = signed_in.get(adapter.run.get_absolute_url()).content.decode()
    assert "better 2 times" in page
    assert evaluation.passed
    assert signed_in.post(place, {"reply": "x", "choice": "a"}).status_code == 400


def test_an_empty_log_says_what_to_do(signed_in):
    assert "No tuned model has answered yet" in signed_in.get(reverse(LOG)).content.decode()


def test_a_document_that_changed_is_told_on_the_runs_that_learned_from_it(
    signed_in, adapter, everyone
):
    document = Document.objects.create(collection=everyone, name="leave.md")
    first, second = (
        Version.objects.create(document=document, number=n, sha256=str(n) * 64, size=1)
        for n in (1, 2)
    )
    Document.objects.filter(pk=document.pk).update(current=first)
    Example.objects.filter(dataset=adapter.run.dataset).update(versions=[first.pk])
    measured(adapter)
    place = adapter.run.get_absolute_url()
    assert "answers otherwise today" not in signed_in.get(place).content.decode()
    Document.objects.filter(pk=document.pk).update(current=second)
    page = signed_in.get(place).content.decode()
    assert "answers otherwise today" in page
    assert "leave.md" in page
