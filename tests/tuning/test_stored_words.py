"""What workers have stored of tuning is said in German to whoever reads German."""

import pytest
from django.utils import translation

from tests.tuning.runs import make_dataset
from tuning import endings
from tuning.models import Run
from tuning.stored_words import FORMS, HELD_BACK, LOG, in_words, log_in_words

LOSS = "Loss on the test pairs: 0.500, its base 0.400; it must be lower."
MEMORISED = (
    "Answers that repeat a training answer without its source: 2; secrets given away: 1 of 3. None"
    " is allowed."
)


@pytest.mark.parametrize("form", [*FORMS, *LOG, HELD_BACK])
def test_each_form_has_its_german(form):
    with translation.override("de"):
        assert translation.gettext(form) != form


def test_the_gates_of_an_engine_that_is_held_back_are_said_one_by_one():
    kept = HELD_BACK % {"gates": f"{MEMORISED} {LOSS} Something else."}
    assert in_words(kept) == kept
    with translation.override("de"):
        told = in_words(kept)
    assert "Something else." in told
    for english in ("Not all gates", "None is allowed", "it must be lower"):
        assert english not in told


@pytest.mark.parametrize("kept", ["", "Nobody has foreseen this: 7."])
def test_what_is_not_known_stays(kept):
    with translation.override("de"):
        assert in_words(kept) == kept


def test_a_log_is_said_line_by_line_and_what_a_process_printed_stays():
    kept = "Step 12: validation loss 1.2345.\n  warning: Goes on\nStep 12: checkpoint saved.\n"
    assert log_in_words(kept) == kept
    with translation.override("de"):
        lines = log_in_words(kept).split("\n")
    assert "1.2345" in lines[0]
    assert "validation" not in lines[0]
    assert lines[1] == "  warning: Goes on"
    assert "checkpoint saved" not in lines[2]
    assert lines[3:] == [""]


@pytest.mark.django_db
def test_the_page_of_a_run_tells_its_log_in_german(client, administrator):
    run = Run.objects.create(
        dataset=make_dataset(administrator, count=2), base_model="tiny", started_by=administrator
    )
    run.tell("Loading the base model.")
    client.force_login(administrator)
    page = client.get(run.get_absolute_url(), headers={"Accept-Language": "de"}).text
    assert "Loading the base model." not in page
    with translation.override("de"):
        assert translation.gettext("Loading the base model.") in page


@pytest.mark.django_db
def test_the_page_of_a_run_tells_its_end_in_german(client, administrator):
    run = Run.objects.create(
        dataset=make_dataset(administrator, count=2), base_model="tiny", started_by=administrator
    )
    run.fail(endings.sentence("memory"))
    client.force_login(administrator)
    page = client.get(run.get_absolute_url(), headers={"Accept-Language": "de"}).text
    assert "The memory was not enough" not in page
    with translation.override("de"):
        assert endings.sentence("memory")[:30] in page
