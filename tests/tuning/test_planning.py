"""A run before its start, on the pairs of now or on an earlier snapshot."""

import pytest

from knowledge.models import Collection
from tests.tuning.runs import make_dataset
from tuning.errors import TuningError
from tuning.models import QAPair, Run
from tuning.planning import Plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snapshot(administrator, everyone):
    """A dataset whose pairs were all edited since, so that none is approved any more."""
    dataset = make_dataset(administrator)
    for example in dataset.examples.all():
        values = {"question": example.question, "answer": "Other.", "status": "draft"}
        example.pair = QAPair.objects.create(author=administrator, **values)
        example.save()
    return dataset


@pytest.fixture
def plan(snapshot, administrator, tiny_model):
    return Plan(by=administrator, base_model=str(tiny_model), dataset=snapshot)


def test_later_edits_keep_no_snapshot_from_being_trained_on_again(plan, snapshot):
    run = plan.start()
    assert Run.objects.get() == run
    assert run.dataset == snapshot


def test_a_snapshot_tells_what_was_found_when_it_was_taken(plan, snapshot):
    finding = {"check": "too_short", "blocking": False, "message": "Hardly any words."}
    snapshot.preflight = {"counts": {"pairs": 28}, "findings": [finding]}
    report = plan.report()
    assert [one.message for one in report.findings] == ["Hardly any words."]
    assert report.counts == {"pairs": 28}


def test_a_snapshot_that_rests_on_what_was_closed_since_blocks(plan, snapshot, everyone):
    snapshot.examples.update(passages=[{"collection": everyone.slug}])
    assert not plan.report().blocking
    Collection.objects.update(open_to_all=False)
    with pytest.raises(TuningError, match="28 pairs"):
        plan.start()
    assert not Run.objects.exists()
