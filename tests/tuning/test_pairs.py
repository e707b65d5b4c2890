"""Pairs, their way to approval, and who sees them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile

from knowledge.models import Document, Version
from tuning.errors import TuningError
from tuning.models import QAPair

Status = QAPair.Status


@pytest.fixture
def pair(curator):
    return QAPair.objects.create(question="How many days?", answer="25.", author=curator)


def version_in(collection):
    document = Document.objects.create(collection=collection, name="rules.pdf")
    file = ContentFile(b"x", name="rules.pdf")
    return Version.objects.create(
        document=document, number=1, sha256="0" * 64, size=1, file=file, status="ready"
    )


def test_a_pair_goes_from_draft_over_review_to_approved(pair, administrator):
    assert pair.status == Status.DRAFT
    pair.submit()
    pair.approve(by=administrator)
    pair.refresh_from_db()
    assert (pair.status, pair.reviewer) == (Status.APPROVED, administrator)


def test_a_rejected_pair_can_be_submitted_again(pair, administrator):
    pair.submit()
    pair.reject(by=administrator)
    assert pair.reviewer == administrator
    pair.submit()
    assert (pair.status, pair.reviewer) == (Status.IN_REVIEW, None)


def test_nothing_is_approved_unreviewed(pair, administrator):
    with pytest.raises(TuningError, match="is draft: nothing was changed"):
        pair.approve(by=administrator)
    assert QAPair.objects.get().status == Status.DRAFT


def test_what_somebody_revised_meanwhile_is_not_approved(pair, administrator):
    pair.submit()
    QAPair.objects.get().revise()
    with pytest.raises(TuningError, match="is draft: nothing was changed"):
        pair.approve(by=administrator)
    assert QAPair.objects.get().status == Status.DRAFT


def test_an_approved_pair_that_is_revised_is_a_draft_again(pair, administrator):
    pair.submit()
    pair.approve(by=administrator)
    pair.revise()
    assert (pair.status, pair.reviewer) == (Status.DRAFT, None)


def test_a_pair_of_open_sources_is_visible_to_curators_only(
    pair, everyone, curator, employee, administrator
):
    pair.sources.add(version_in(everyone))
    for user, sees in [(curator, 1), (administrator, 1), (employee, 0), (AnonymousUser(), 0)]:
        assert QAPair.objects.visible_to(user).count() == sees


def test_one_restricted_source_hides_the_pair(pair, everyone, managers, curator, administrator):
    pair.sources.add(version_in(everyone), version_in(managers))
    assert not QAPair.objects.visible_to(curator).exists()
    assert QAPair.objects.visible_to(administrator).count() == 1


def test_nobody_approves_their_own_text_without_the_right(pair, curator, make_user):
    writer = make_user("writer")
    own = QAPair.make("How far?", "Ten miles.", writer)
    own.submit(writer)
    with pytest.raises(TuningError, match="is your own text"):
        own.approve(writer)
    own.edit(curator, stay=True, answer="Twelve miles.")
    with pytest.raises(TuningError, match="is your own text"):
        own.approve(writer)
    own.approve(curator)
    assert own.status == Status.APPROVED
    # The curator wrote its last words, and may approve them: whoever looks sees that.
    assert own.approved_alone
    assert list(QAPair.objects.approved_alone()) == [own]
    pair.submit(writer)
    pair.approve(writer)
    assert not pair.approved_alone


def test_the_history_tells_who_did_what(curator, administrator):
    pair = QAPair.make("How far?", "Ten miles.", curator)
    pair.submit(curator)
    pair.reject(administrator, "Too far.")
    pair.edit(curator, answer="Nine miles.")
    pair.edit(curator, answer="Nine miles.")
    told = [(e.action, e.by_name, e.detail) for e in pair.events.order_by("pk")]
    assert told == [
        ("made", "curator", "written by hand"),
        ("submitted", "curator", ""),
        ("rejected", "administrator", "Too far."),
        ("edited", "curator", "answer"),
        ("reopened", "curator", ""),
    ]
    name = curator.username
    curator.delete()
    assert pair.events.last().by_name == name


def test_the_rights_of_a_deleted_source_stay(pair, managers, curator, administrator):
    source = version_in(managers)
    pair.sources.add(source)
    source.document.delete()
    assert not pair.sources.exists()
    assert not QAPair.objects.visible_to(curator).exists()
    assert QAPair.objects.visible_to(administrator).count() == 1


def test_a_source_that_is_taken_away_by_hand_takes_its_rights_along(pair, managers, curator):
    source = version_in(managers)
    pair.sources.set([source])
    pair.sources.set([])
    assert QAPair.objects.visible_to(curator).count() == 1
