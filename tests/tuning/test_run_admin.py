"""The pages of the runs: who sees them, and what they do."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.tuning.runs import make_run
from tuning.models import Metric, QAPair, Run

LIST, ADD = "admin:tuning_run_changelist", "admin:tuning_run_add"


@pytest.fixture(autouse=True)
def places(settings, tmp_path, tiny_model):
    settings.VAR_DIR = tmp_path
    settings.BASE_MODEL = str(tiny_model)


@pytest.fixture
def run(tiny_model, administrator):
    return make_run(tiny_model, administrator, queued=False)


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def approved(curator):
    for number, letter in enumerate("abcdefghijklmnopqrstuvwx"):
        QAPair.objects.create(
            question=f"What is the rule number {number} about {letter}?",
            answer=f"Rule {number} says {number + 3} things.",
            author=curator,
            status="approved",
        )


def cancel_page(run):
    return reverse("admin:tuning_run_cancel", args=[run.pk])


def test_each_page_is_for_those_who_may(client, run, curator, manager, outsider, make_user):
    clerk = make_user("clerk", is_staff=True)
    places = [reverse(LIST), reverse(ADD), run.get_absolute_url(), cancel_page(run)]
    for user, code in [(curator, 200), (clerk, 403), (manager, 302), (outsider, 302)]:
        client.force_login(user)
        assert [client.get(place).status_code for place in places] == [code] * 4
    for user in (clerk, manager, outsider):
        client.force_login(user)
        client.post(cancel_page(run))
        client.post(reverse(ADD), {"preset": "quick", "start": "yes"})
    assert Run.objects.get().state == "queued"


def test_a_run_of_restricted_pairs_is_for_its_groups(client, tiny_model, managers, curator):
    group = Group.objects.get(name="Managers")
    run = make_run(tiny_model, groups=[group], queued=False)
    client.force_login(curator)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(cancel_page(run)).status_code == 404
    assert str(run) not in client.get(reverse(LIST)).content.decode()
    curator.groups.add(group)
    assert client.get(run.get_absolute_url()).status_code == 200


def test_an_empty_list_says_what_to_do(signed_in):
    assert "Approve some pairs first: 0 are approved" in signed_in.get(reverse(LIST)).text


def test_an_empty_list_counts_the_pairs_that_wait_for_a_run(signed_in, approved):
    page = signed_in.get(reverse(LIST)).text
    assert "24 approved pairs are there to learn from" in page
    assert "Approve some pairs first" not in page


def test_what_blocks_is_shown_and_nothing_starts(signed_in):
    form = {"preset": "quick", "trainer": "local", "base_model": "nowhere"}
    page = signed_in.post(reverse(ADD), form | {"check": ""}).content.decode()
    assert "Blocks" in page
    assert "Start the run" not in page
    page = signed_in.post(reverse(ADD), form | {"start": ""}).content.decode()
    assert "20 or more" in page
    assert not Run.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_is_checked_started_and_found_in_the_list(signed_in, approved, settings):
    form = {"preset": "quick", "trainer": "local", "base_model": settings.BASE_MODEL, "rank": 4}
    page = signed_in.post(reverse(ADD), form | {"check": ""}).content.decode()
    assert "24 pairs would be used" in page
    assert "Start the run" in page
    assert "<dt>Time</dt>" in page
    settings.TUNING_API_KEY = "a key"
    away = {"trainer": "openai", "base_model": "gpt-4.1-mini-2025-04-14", "check": ""}
    page = signed_in.post(reverse(ADD), form | away).text
    assert "about 2 test questions" in page, "what is sent away is told before"
    page = signed_in.post(reverse(ADD), form | {"start": ""}, follow=True).content.decode()
    run = Run.objects.get()
    assert (run.options["rank"], run.options["alpha"], run.context) == (4, 8, "sentences")
    assert run.dataset.examples.count() == 24
    assert "is queued" in page
    assert run.get_absolute_url() in signed_in.get(reverse(LIST)).content.decode()


def test_the_page_shows_a_plot_that_grows_the_samples_and_the_parameters(signed_in, run):
    example = run.dataset.examples.last()
    Run.objects.filter(pk=run.pk).update(
        state="training", steps=10, step=2, trainable_parameters=4608, total_parameters=32768
    )
    Metric.objects.create(run=run, step=1, loss=2.0)
    before = signed_in.get(run.get_absolute_url()).content.decode()
    sample = {"example": example.pk, "wanted": "Hello!", "given": "<b>Hell</b>"}
    Metric.objects.create(run=run, step=2, loss=1.5, eval_loss=1.7, samples=[sample])
    page = signed_in.get(run.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert page.count("<circle") == before.count("<circle") + 1 == 1
    assert "<html" not in page
    assert 'hx-trigger="every 2s"' in page
    assert "4,608" in page
    assert "32,768" in page
    assert example.question in page
    assert "&lt;b&gt;Hell&lt;/b&gt;" in page


def test_a_run_is_cancelled_after_a_question_and_its_page_stands_still(signed_in, run):
    assert "Cancel the run" in signed_in.get(cancel_page(run)).content.decode()
    assert Run.objects.get().state == "queued"
    page = signed_in.post(cancel_page(run), follow=True).content.decode()
    assert Run.objects.get().state == "cancelled"
    assert "hx-trigger" not in page.split('id="run"')[1].split(">")[0]
    assert "Start another run" in page
    assert "has ended already" in signed_in.post(cancel_page(run), follow=True).content.decode()
