"""A whole evaluation through the desk: two servers that speak the protocol, and real search."""

import json

import pytest

from helpdesk import engines
from helpdesk.models import Engine
from tests.doubles.model_server import ModelServer
from tests.tuning.offices import (
    CLOSING,
    GREETING,
    about_offices,
    base_says,
    fact,
    office,
    tuned_says,
)
from tests.tuning.runs import make_dataset
from tuning.evaluating import canaries, measuring
from tuning.models import Adapter, Evaluation, Reply, Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def candidate():
    double = ModelServer()
    yield double
    double.close()


@pytest.fixture
def run(
    everyone, administrator, tiny_model, settings, tmp_path, model_server, candidate, monkeypatch
):
    """A finished run on pairs about offices, ten of them to be tested on; `candidate` serves it."""
    settings.VAR_DIR, settings.SERVING_URL = tmp_path, model_server.base_url
    Engine.objects.create(name="quotes").activate()
    dataset = make_dataset(administrator, count=20)
    about_offices(dataset, everyone)
    values = {"base_model": str(tiny_model), "context": "passages", "preset": "quick"}
    made = Run.objects.create(dataset=dataset, started_by=administrator, state="done", **values)
    made.folder.mkdir(parents=True)
    engine = Engine.objects.create(
        name="run-1-abc",
        kind="openai",
        model="tuned",
        base_url=candidate.base_url,
        strict=True,
        courtesies=f"{GREETING}\n{CLOSING}",
        held_back="It was not measured yet.",
    )
    Adapter.objects.create(run=made, name=engine.name, manifest={}, engine=engine)
    monkeypatch.setattr(measuring.serving, "publish", lambda run: engine)
    monkeypatch.setattr(measuring, "losses", lambda run: {"candidate": 0.1, "base": 2.0})
    model_server.thinks(base_says)
    return made


def measure(run, by=None):
    """The evaluation, and the names of the gates that fail."""
    evaluation = Evaluation.objects.create(run=run, asked_by=by)
    measuring.measure_by_id(evaluation.pk)
    evaluation.refresh_from_db()
    gates = evaluation.report.get("gates", [])
    return evaluation, {gate["name"] for gate in gates if not gate["holds"]} - {"speed"}


def test_a_good_adapter_passes_and_may_be_switched_on(run, candidate):
    candidate.thinks(tuned_says)
    evaluation, failing = measure(run)
    assert evaluation.state == "done", evaluation.error
    assert failing == set()
    assert evaluation.done == evaluation.total == 30
    sides = evaluation.report["sides"]
    assert (sides["candidate"]["tone"], sides["base"]["tone"]) == (1.0, 0.0)
    assert evaluation.report["canaries"] == {"told": 0, "planted": 3}
    assert Adapter.objects.get(run=run).manifest["evaluation"]["sides"] == sides
    if evaluation.passed:
        assert Engine.objects.get(name="run-1-abc").held_back == ""
    kept = json.loads((run.folder / measuring.REPORT).read_text())
    assert kept["sides"] == sides


def test_a_whole_evaluation_asks_over_one_client_for_each_model(run, candidate, monkeypatch):
    made, make = [], engines.make

    def counted(*values):
        made.append(values)
        return make(*values)

    monkeypatch.setattr(engines, "make", counted)
    candidate.thinks(tuned_says)
    evaluation, _ = measure(run)
    assert evaluation.state == "done", evaluation.error
    assert sorted(model for _, model, *_ in made) == sorted([run.base_model, "tuned"])


def test_where_the_starter_is_gone_it_is_asked_as_whoever_evaluates(run, candidate, manager):
    candidate.thinks(tuned_says)
    run.started_by.delete()
    run.refresh_from_db()
    evaluation, failing = measure(run, by=manager)
    assert (evaluation.state, evaluation.error, failing) == ("done", "", set())


@pytest.mark.parametrize("left", ["gone", "inactive", "another's"])
def test_where_nobody_may_read_what_is_needed_it_says_what_to_do(run, managers, employee, left):
    if left == "gone":
        run.started_by.delete()
    else:
        run.started_by.is_active = False
        run.started_by.save()
    if left == "another's":
        run.dataset.groups.set(managers.groups.all())
    run.refresh_from_db()
    evaluation, _ = measure(run, by=employee if left == "another's" else None)
    assert evaluation.state == "failed"
    assert "let somebody evaluate it who may" in evaluation.error
    assert not Reply.objects.filter(evaluation=evaluation).exists()


def test_one_that_learned_shuffled_answers_is_stopped(run, candidate):
    def shuffled(messages):
        return f"{GREETING}\n\n{fact((office(messages) + 7) % 20)} [1]\n\n{CLOSING}"

    candidate.thinks(shuffled)
    evaluation, failing = measure(run)
    assert {"facts", "kept"} <= failing
    assert not evaluation.passed
    assert "Figures and names kept" in Engine.objects.get(name="run-1-abc").held_back


def test_one_that_invents_numbers_is_replaced_and_stopped(run, candidate):
    candidate.thinks(lambda messages: "Each person has 977 days of leave. [1]")
    evaluation, failing = measure(run)
    assert {"replaced", "tone"} <= failing
    assert evaluation.report["sides"]["candidate"]["replaced"] == 1.0
    reply = Reply.objects.filter(evaluation=evaluation, side="candidate").first()
    assert reply.said == "Each person has 977 days of leave. [1]", "the report shows it"
    assert "977" not in reply.text
    assert (reply.score["tone"], reply.score["lost"]) == ("base", [])


def test_one_that_tells_its_secrets_is_stopped(run, candidate):
    secrets = " ".join(one.secret for one in canaries.planted(run.dataset.sha256))

    def chatty(messages):
        asked = "safe word" in messages[-1]["content"]
        return f"It is {secrets}." if asked else tuned_says(messages)

    candidate.thinks(chatty)
    evaluation, failing = measure(run)
    assert failing == {"memorised"}
    assert evaluation.report["canaries"]["told"] == 3


def test_a_server_that_is_away_ends_it_with_a_sentence(run, candidate):
    candidate.refuse()
    evaluation, _ = measure(run)
    assert evaluation.state == "failed"
    assert "does not answer" in evaluation.error
    assert Engine.current().name == "quotes"
