"""The review, one pair at a time beside its sources."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.helpdesk.answers import publish
from tuning.models import QAPair

QUEUE = "review_pairs"


@pytest.fixture
def leave(everyone):
    return publish(
        everyone, "leave.pdf", "You have 25 days of leave a year.", "Ask the People team for more."
    )


@pytest.fixture
def author(make_user):
    return make_user("author", "Curators", is_staff=True)


@pytest.fixture
def pairs(author, leave):
    made = []
    for question in ("How many days?", "Whom do I ask?", "Any more?"):
        pair = QAPair.make(question, "You have 25 days of leave a year [1].", author, [leave])
        pair.submit(author)
        made.append(pair)
    return made


@pytest.fixture
def signed_in(client, curator):
    client.force_login(curator)
    return client


def page_of(pair):
    return reverse("review_pair", args=[pair.pk])


def decide(client, pair, **data):
    pair.refresh_from_db()
    return client.post(page_of(pair), {"revision": pair.revision} | data, follow=True)


def test_reviewers_alone_open_it(
    client, pairs, curator, administrator, employee, manager, outsider, managers_keeper
):
    assert client.get(page_of(pairs[0])).status_code == 302
    allowed = [(curator, 200), (administrator, 200)]
    others = [(user, 403) for user in (employee, manager, outsider, managers_keeper)]
    for user, code in allowed + others:
        client.force_login(user)
        assert client.get(page_of(pairs[0])).status_code == code
        assert client.get(reverse(QUEUE), follow=True).status_code == code


def test_who_may_write_pairs_may_not_review_them(client, make_user, pairs):
    writer = make_user("writer", is_staff=True)
    names = ["add_qapair", "view_qapair", "change_qapair"]
    writer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(writer)
    assert client.post(page_of(pairs[0]), {"do": "approve", "revision": 1}).status_code == 403
    page = client.get(reverse("admin:tuning_qapair_change", args=[pairs[0].pk])).text
    assert 'name="_approve"' not in page
    action = {"action": "approve", "_selected_action": [pairs[0].pk]}
    client.post(reverse("admin:tuning_qapair_changelist"), action)
    button = {"question": "How many days?", "answer": pairs[0].answer, "_approve": "yes"}
    button["sources"] = [version.pk for version in pairs[0].sources.all()]
    client.post(reverse("admin:tuning_qapair_change", args=[pairs[0].pk]), button)
    pairs[0].refresh_from_db()
    assert pairs[0].status == "in_review"


def test_a_pair_stands_beside_its_place_in_the_source_with_the_progress(signed_in, pairs):
    page = signed_in.get(page_of(pairs[1])).text
    assert "2 of 3" in page
    assert '<blockquote tabindex="0">You have 25 days of leave a year.</blockquote>' in page
    for key in "aern":
        assert f'aria-keyshortcuts="{key}"' in page


def test_approving_leads_to_the_next(signed_in, pairs, curator):
    page = decide(signed_in, pairs[0], do="approve")
    assert page.redirect_chain[-1][0] == page_of(pairs[1])
    pairs[0].refresh_from_db()
    assert (pairs[0].status, pairs[0].reviewer) == ("approved", curator)
    assert pairs[0].approved_sources[0]["sha256"] == "0" * 64


def test_a_rejection_takes_a_reason_which_its_author_reads(signed_in, pairs):
    page = decide(signed_in, pairs[0], do="reject", reason=" ")
    assert "Say why" in page.text
    decide(signed_in, pairs[0], do="reject", reason="Too dry.")
    pairs[0].refresh_from_db()
    assert (pairs[0].status, pairs[0].reason) == ("rejected", "Too dry.")
    page = signed_in.get(reverse("admin:tuning_qapair_change", args=[pairs[0].pk])).text
    assert "Too dry." in page
    pairs[0].submit()
    assert pairs[0].reason == ""


def test_next_goes_round_and_ends_when_all_is_done(signed_in, pairs):
    for here, there in [(0, 1), (2, 0)]:
        answer = signed_in.get(reverse(QUEUE), {"after": pairs[here].pk})
        assert answer.url == page_of(pairs[there])
    for pair in pairs:
        page = decide(signed_in, pair, do="approve")
    assert "Nothing waits for review" in page.text


def test_an_edited_pair_stays_and_then_is_the_reviewers_own(client, make_user, pairs):
    reviewer = make_user("reviewer", is_staff=True)
    names = ["view_qapair", "change_qapair", "review_qapair"]
    reviewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(reviewer)
    assert 'name="answer"' in client.get(page_of(pairs[0]) + "?edit").text
    data = {"do": "edit", "question": "How many days?", "answer": "25 a year [1].", "tags": ""}
    client.post(page_of(pairs[0]), data)
    pairs[0].refresh_from_db()
    assert (pairs[0].status, pairs[0].answer) == ("in_review", "25 a year [1].")
    page = decide(client, pairs[0], do="approve").text
    assert "is your own text: somebody else has to approve it" in page
    pairs[0].refresh_from_db()
    assert pairs[0].status == "in_review"


def test_an_edit_without_a_text_is_shown_again(signed_in, pairs):
    data = {"do": "edit", "question": "", "answer": "25.", "tags": ""}
    page = signed_in.post(page_of(pairs[0]), data)
    assert page.status_code == 400
    assert "This field is required." in page.text


def test_what_was_changed_meanwhile_is_looked_at_again(signed_in, pairs, author):
    pairs[0].edit(author, stay=True, answer="26 days.")
    page = signed_in.post(page_of(pairs[0]), {"do": "approve", "revision": 1}, follow=True)
    assert "was changed meanwhile: look at it again" in page.text
    assert "26 days." in page.text
    pairs[0].refresh_from_db()
    assert pairs[0].status == "in_review"


def test_what_somebody_else_decided_is_told(signed_in, pairs, administrator):
    pairs[0].approve(administrator)
    page = signed_in.get(page_of(pairs[0]), follow=True)
    assert "is approved." in page.text
    assert page.redirect_chain[-1][0] == page_of(pairs[1])


def test_what_the_preflight_finds_is_told(signed_in, pairs, author):
    pairs[0].edit(author, stay=True, answer="You have 28 days, ring 087 123 4567.")
    page = signed_in.get(page_of(pairs[0])).text
    assert "Not in its sources: “28”" in page
    assert "Personal data: telephone number" in page


def test_pairs_out_of_reach_are_not_reviewed(signed_in, pairs, managers, author):
    band = publish(managers, "bands.pdf", "The top band is seven.")
    secret = QAPair.make("What is the top band?", "Seven [1].", author, [band])
    secret.submit()
    assert signed_in.get(page_of(secret)).status_code == 404
    assert "of 3" in signed_in.get(page_of(pairs[0])).text


def test_a_pair_without_sources_says_so(signed_in, author):
    pair = QAPair.make("Hello?", "Hello to you as well.", author)
    pair.submit()
    assert "This answer names no source." in signed_in.get(page_of(pair)).text


def test_keys_that_are_no_numbers_lead_to_the_first(signed_in, pairs):
    for after in ("x", "9" * 30, ""):
        assert signed_in.get(reverse(QUEUE), {"after": after}).url == page_of(pairs[0])
    page = signed_in.post(page_of(pairs[0]), {"do": "approve", "revision": "x"}, follow=True)
    assert "look at it again" in page.text
