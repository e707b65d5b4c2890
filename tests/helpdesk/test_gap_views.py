import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from helpdesk import gathering
from helpdesk.models import CuratedAnswer, Gap, GapQuestion
from knowledge.errors import KnowledgeError
from tests.helpdesk.answers import FACT, QUESTION, publish
from tests.helpdesk.gaps import CANTEEN, gathered

pytestmark = pytest.mark.django_db
LIST = "/questions/"


@pytest.fixture
def keeper(curator):
    """The curator, who may look after questions and curated answers."""
    curator.user_permissions.set(
        Permission.objects.filter(content_type__model__in=["gap", "curatedanswer"])
    )
    return curator


@pytest.fixture
def as_keeper(client, keeper):
    client.force_login(keeper)
    return client


@pytest.fixture
def gap(employee, manager):
    return gathered(employee, manager)


def content(response) -> str:
    return response.content.decode()


def do(client, gap, deed, **values):
    return client.post(reverse("gap_deed", args=[gap.pk, deed]), values, follow=True)


def test_the_list_tells_how_often_and_of_how_many_people_without_a_name(as_keeper, gap):
    page = content(as_keeper.get(LIST))
    assert CANTEEN in page
    for name in ("Emer", "Byrne", "Maeve", "employee", "manager"):
        assert name not in page
        assert name not in content(as_keeper.get(gap.get_absolute_url()))


def test_what_one_person_asked_alone_is_counted_and_not_shown(as_keeper, employee, settings):
    gap = gathered(employee, employee)
    page = content(as_keeper.get(LIST))
    assert CANTEEN not in page
    assert "1 more group" in page
    assert as_keeper.get(gap.get_absolute_url()).status_code == 404
    assert do(as_keeper, gap, "again").status_code == 404
    settings.UNANSWERED_MIN_PEOPLE = 1
    assert CANTEEN in content(as_keeper.get(LIST))


def test_the_search_finds_no_words_that_are_not_shown(as_keeper, employee, gap):
    gathered(employee, question="May I bring my dog to work tomorrow?")
    assert "Nothing matches" in content(as_keeper.get(f"{LIST}?q=dog"))
    assert CANTEEN in content(as_keeper.get(f"{LIST}?q=canteen"))


def test_the_list_is_filtered_and_sorted(as_keeper, gap, keeper):
    assert CANTEEN in content(as_keeper.get(f"{LIST}?owner=nobody&sort=last"))
    gap.entrust(keeper)
    assert CANTEEN in content(as_keeper.get(f"{LIST}?owner=me&sort=people"))
    assert CANTEEN not in content(as_keeper.get(f"{LIST}?owner=nobody"))
    assert CANTEEN not in content(as_keeper.get(f"{LIST}?state=resolved"))
    assert CANTEEN in content(as_keeper.get(f"{LIST}?state=all&sort=first"))
    assert CANTEEN in content(as_keeper.get(f"{LIST}?sort=nonsense"))


def test_it_is_dismissed_with_a_reason_and_opened_again(as_keeper, gap):
    assert do(as_keeper, gap, "dismiss", reason="").status_code == 400
    assert "No matter for us" in content(do(as_keeper, gap, "dismiss", reason="No matter for us"))
    gap.refresh_from_db()
    assert gap.state == Gap.State.DISMISSED
    do(as_keeper, gap, "reopen")
    gap.refresh_from_db()
    assert gap.state == Gap.State.OPEN


def test_it_gets_an_owner_who_may_look_after_it(as_keeper, gap, keeper, employee):
    do(as_keeper, gap, "owner", owner=keeper.pk)
    gap.refresh_from_db()
    assert gap.owner == keeper
    assert do(as_keeper, gap, "owner", owner=employee.pk).status_code == 400
    do(as_keeper, gap, "owner", owner="")
    gap.refresh_from_db()
    assert gap.owner is None


def test_what_has_changed_is_shown_with_titles_that_one_may_open(
    as_keeper, gap, everyone, managers
):
    secret, plain = publish(managers, "secret.pdf", FACT), publish(everyone, "plain.pdf", FACT)
    now = {"outcome": "answered", "outcome_at": timezone.now(), "confidence_now": 0.9}
    first, second = gap.questions.all()
    GapQuestion.objects.filter(pk=first.pk).update(versions=[secret.pk], **now)
    GapQuestion.objects.filter(pk=second.pk).update(versions=[plain.pk], **now)
    page = content(as_keeper.get(gap.get_absolute_url()))
    assert "2 of 2 are answered now" in page
    assert "from plain" in page
    assert "secret" not in page


def test_a_document_is_named_and_the_questions_are_asked_again(as_keeper, gap, everyone, managers):
    plain = publish(everyone, "plain.pdf", FACT)
    publish(managers, "secret.pdf", FACT)
    assert do(as_keeper, gap, "document", document="secret.pdf").status_code == 400
    page = content(do(as_keeper, gap, "document", document="plain.pdf"))
    assert "being asked again" in page
    gap.refresh_from_db()
    assert (gap.asking, gap.document) == (True, plain.document)


def test_a_curated_answer_is_written_for_it(as_keeper, gap, leave):
    address = reverse("new_curated_answer") + f"?gap={gap.pk}"
    page = content(as_keeper.get(address))
    assert CANTEEN in page
    assert "what people wrote" in page
    told = {"question": QUESTION, "answer": "25 days of paid annual leave.", "team": "HR"}
    response = as_keeper.post(address, told | {"document_1": leave.document.name})
    assert response.url == gap.get_absolute_url()
    gap.refresh_from_db()
    assert gap.curated == CuratedAnswer.objects.get()
    assert gap.asking


def test_an_address_with_a_number_beyond_all_bounds_names_no_gap(as_keeper, gap):
    assert as_keeper.get(reverse("new_curated_answer") + f"?gap={'9' * 5000}").status_code == 200


def test_groups_are_merged_and_split(as_keeper, gap, employee, manager):
    other = gathered(employee, manager, question="Where do people eat their lunch?")
    for nothing in ("x", "9" * 5000):
        assert "Choose the group" in content(do(as_keeper, gap, "merge", other=nothing))
        assert "not all of them" in content(do(as_keeper, gap, "split", question=nothing))
    do(as_keeper, gap, "merge", other=other.pk)
    assert gap.questions.count() == 4
    assert "not all of them" in content(do(as_keeper, gap, "split"))
    lunch = gap.questions.filter(text__contains="lunch").values_list("pk", flat=True)
    do(as_keeper, gap, "split", question=list(lunch))
    assert Gap.objects.count() == 2


def test_merging_is_asked_about_first_and_leads_back(as_keeper, gap, employee, manager):
    other = gathered(employee, manager, question="Where do people eat their lunch?")
    assert "hx-confirm" in content(as_keeper.get(gap.get_absolute_url()))
    address = reverse("gap_deed", args=[gap.pk, "merge"])
    response = as_keeper.post(address, {"other": other.pk}, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == gap.get_absolute_url()


@pytest.mark.parametrize("deed", ["merge", "split"])
def test_an_embedding_model_that_is_away_is_told_and_nothing_is_changed(
    as_keeper, gap, employee, manager, monkeypatch, deed
):
    def away(*args):
        raise KnowledgeError("The embedding endpoint can't be reached.")

    other = gathered(employee, manager, question="Where do people eat their lunch?")
    monkeypatch.setattr(gathering.embeddings, "embed_question", away)
    response = do(as_keeper, gap, deed, other=other.pk, question=gap.questions.all()[0].pk)
    assert "endpoint can&#x27;t be reached" in content(response)
    assert (gap.questions.count(), other.questions.count()) == (2, 2)


def test_a_gap_that_was_split_below_the_bound_is_left_for_the_list(as_keeper, gap):
    one = gap.questions.all()[0]
    assert content(do(as_keeper, gap, "split", question=one.pk)).count("2 more groups") == 1


def test_nobody_without_the_permission_sees_or_does_anything(
    client, gap, employee, outsider, curator
):
    for person in (employee, outsider, curator):
        client.force_login(person)
        assert client.get(LIST).status_code == 403
        assert client.get(gap.get_absolute_url()).status_code == 403
        assert do(client, gap, "again").status_code == 403
        assert reverse("gaps") not in content(client.get("/"))
    client.logout()
    assert client.get(LIST).status_code == 302


def test_who_may_only_look_changes_nothing_and_other_deeds_are_none(client, gap, outsider, keeper):
    outsider.user_permissions.add(Permission.objects.get(codename="view_gap"))
    client.force_login(outsider)
    assert "Ask the questions again" not in content(client.get(gap.get_absolute_url()))
    assert do(client, gap, "reopen").status_code == 403
    client.force_login(keeper)
    assert do(client, gap, "burn").status_code == 404


def test_an_empty_list_tells_what_comes_here(as_keeper):
    assert "Nothing is open" in content(as_keeper.get(LIST))
