import pytest
from django.contrib.auth.models import Permission

from helpdesk.models import CuratedAnswer, CuratedPhrasing
from tests.helpdesk.answers import FACT, QUESTION, publish
from tests.tuning.test_admin import act
from tuning.models import QAPair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(curator, everyone):
    curator.user_permissions.add(Permission.objects.get(codename="add_curatedanswer"))
    pair = QAPair.objects.create(
        question=QUESTION, answer="25 days of paid annual leave [3].", status="approved"
    )
    pair.sources.add(publish(everyone, "leave.pdf", FACT))
    return pair


@pytest.fixture
def as_curator(client, curator):
    client.force_login(curator)
    return client


def test_an_approved_pair_becomes_a_direct_answer_with_its_source(as_curator, pair, curator):
    page = act(as_curator, "pin", pair).content.decode()
    assert "is answered word for word from now on" in page
    row = CuratedAnswer.objects.get()
    assert (row.question, row.approved_by) == (QUESTION, curator)
    assert row.answer == "25 days of paid annual leave. [1]"
    assert row.sources.get().version == pair.sources.get()
    assert row.get_absolute_url() in page


def test_a_pair_that_is_pinned_again_is_written_anew_and_stays_one_answer(
    as_curator, pair, curator
):
    act(as_curator, "pin", pair)
    row = CuratedAnswer.objects.get()
    CuratedAnswer.objects.update(team="The people team", active=False)
    CuratedPhrasing.objects.create(answer=row, text="How long may I be away?")
    QAPair.objects.update(answer="You have 25 days of paid annual leave.")
    assert "you may not change it" in act(as_curator, "pin", pair).content.decode()
    curator.user_permissions.add(Permission.objects.get(codename="change_curatedanswer"))
    act(as_curator, "pin", pair)
    again = CuratedAnswer.objects.get()
    assert again.pk == row.pk
    assert (again.active, again.team) == (True, "The people team")
    assert again.answer == "You have 25 days of paid annual leave. [1]"
    assert again.phrasings.filter(text="How long may I be away?").exists()
    again.delete()
    act(as_curator, "pin", pair)
    assert CuratedAnswer.objects.count() == 1


def test_one_that_is_not_approved_or_has_no_source_is_not_pinned(as_curator, pair):
    QAPair.objects.update(status="draft")
    assert "not approved" in act(as_curator, "pin", pair).content.decode()
    QAPair.objects.update(status="approved")
    pair.sources.clear()
    assert "at least one document" in act(as_curator, "pin", pair).content.decode()
    assert not CuratedAnswer.objects.exists()


def test_who_may_write_no_curated_answers_is_not_offered_it(as_curator, pair, curator):
    curator.user_permissions.clear()
    act(as_curator, "pin", pair)
    assert not CuratedAnswer.objects.exists()
