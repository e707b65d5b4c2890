"""The curators' pages."""

import pytest
from django.urls import reverse

from tests.tuning.test_pairs import version_in
from tuning.models import QAPair

LIST = "admin:tuning_qapair_changelist"


@pytest.fixture
def pair(curator):
    return QAPair.objects.create(question="How many days?", answer="25.", author=curator)


@pytest.fixture
def signed_in(client, curator):
    client.force_login(curator)
    return client


def page_of(pair):
    return reverse("admin:tuning_qapair_change", args=[pair.pk])


def act(client, action, *pairs):
    data = {"action": action, "_selected_action": [pair.pk for pair in pairs]}
    return client.post(reverse(LIST), data, follow=True)


def test_curators_see_the_list_and_others_do_not(client, pair, curator, manager, outsider):
    for user, code in [(curator, 200), (manager, 302), (outsider, 302)]:
        client.force_login(user)
        assert client.get(reverse(LIST)).status_code == code


def test_a_new_pair_has_its_author(signed_in, curator):
    data = {"question": "How far?", "answer": "Ten miles.", "sources": []}
    signed_in.post(reverse("admin:tuning_qapair_add"), data)
    assert QAPair.objects.get().author == curator


def test_a_pair_is_submitted_and_approved_and_shows_its_reviewer(signed_in, pair, curator):
    act(signed_in, "submit", pair)
    act(signed_in, "approve", pair)
    pair.refresh_from_db()
    assert (pair.status, pair.reviewer) == ("approved", curator)
    page = signed_in.get(page_of(pair)).content.decode()
    assert "Reviewer" in page


def test_what_can_not_be_done_is_told(signed_in, pair):
    page = act(signed_in, "approve", pair).content.decode()
    assert "is draft: nothing was changed" in page


def test_the_buttons_under_a_pair_save_it_and_move_it_on(signed_in, curator):
    data = {"question": "How far?", "answer": "Ten miles.", "sources": [], "_submit": "yes"}
    page = signed_in.post(reverse("admin:tuning_qapair_add"), data, follow=True)
    pair = QAPair.objects.get()
    assert pair.status == "in_review"
    assert "1 pair is now in review." in page.content.decode()
    assert 'name="_approve"' in signed_in.get(page_of(pair)).content.decode()
    del data["_submit"]
    signed_in.post(page_of(pair), data | {"_approve": "yes"})
    pair.refresh_from_db()
    assert (pair.status, pair.reviewer) == ("approved", curator)


def test_a_changed_answer_is_a_draft_again(signed_in, pair, curator):
    pair.submit()
    pair.approve(by=curator)
    data = {"question": pair.question, "answer": "26.", "sources": []}
    signed_in.post(page_of(pair), data)
    pair.refresh_from_db()
    assert (pair.answer, pair.status) == ("26.", "draft")


def test_saving_without_a_change_keeps_the_approval(signed_in, pair, curator):
    pair.submit()
    pair.approve(by=curator)
    signed_in.post(page_of(pair), {"question": pair.question, "answer": "25.", "sources": []})
    pair.refresh_from_db()
    assert pair.status == "approved"


def test_a_browsers_line_ends_are_no_change(signed_in, pair, curator):
    pair.edit(curator, answer="Hello!\n\n25.")
    pair.submit()
    pair.approve(by=curator)
    data = {"question": pair.question, "answer": "Hello!\r\n\r\n25.", "sources": []}
    signed_in.post(page_of(pair), data)
    pair.refresh_from_db()
    assert (pair.status, pair.answer) == ("approved", "Hello!\n\n25.")


def test_pairs_and_sources_out_of_a_curators_reach_are_not_shown(signed_in, pair, managers):
    secret = version_in(managers)
    other = QAPair.objects.create(question="What is the top band?", answer="Seven.")
    other.sources.add(secret)
    assert "top band" not in signed_in.get(reverse(LIST)).content.decode()
    assert signed_in.get(page_of(other)).status_code == 302
    assert str(secret) not in signed_in.get(page_of(pair)).content.decode()


def test_the_history_is_shown_and_reads_as_it_was(signed_in, pair, curator):
    pair.submit(curator)
    pair.reject(curator, "Too short.")
    page = signed_in.get(page_of(pair)).content.decode()
    assert "submitted for review" in page
    assert page.count("Too short.") == 2


def test_tags_are_kept_and_the_list_is_narrowed_by_them(signed_in, pair):
    data = {"question": "How far?", "answer": "Ten miles.", "sources": [], "tags": "far, far, x "}
    signed_in.post(reverse("admin:tuning_qapair_add"), data)
    assert QAPair.objects.get(question="How far?").tags == ["far", "x"]
    page = signed_in.get(reverse(LIST), {"tag": "x"}).content.decode()
    assert "How far?" in page
    assert "How many days?" not in page


def test_pairs_without_sources_are_found(signed_in, pair, everyone):
    other = QAPair.objects.create(question="With a source?", answer="Yes.")
    other.sources.add(version_in(everyone))
    page = signed_in.get(reverse(LIST), {"sources": "none"}).content.decode()
    assert "How many days?" in page
    assert "With a source?" not in page
    page = signed_in.get(reverse(LIST), {"sources": "changed"}).content.decode()
    assert "With a source?" in page


def test_many_are_rejected_with_one_reason(signed_in, pair, curator):
    pair.submit()
    data = {"action": "reject", "_selected_action": [pair.pk], "reason": "Too dry."}
    signed_in.post(reverse(LIST), data)
    pair.refresh_from_db()
    assert (pair.status, pair.reason) == ("rejected", "Too dry.")


def test_the_list_is_headed_as_its_language_writes_it(signed_in):
    page = signed_in.get(reverse(LIST), headers={"accept-language": "de"}).content.decode()
    assert "<h1>Fragen und Antworten</h1>" in page


def test_an_empty_list_says_what_to_do(signed_in):
    page = signed_in.get(reverse(LIST)).content.decode()
    assert "There is no pair yet." in page
