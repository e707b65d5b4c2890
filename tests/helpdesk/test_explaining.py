import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk import asking, chain, explaining, pinning, records
from helpdesk.events import Done
from helpdesk.models import CuratedAnswer, Explanation, Feedback, Handoff, Message
from helpdesk.tasks import forget
from knowledge.models import Version
from tests.helpdesk.answers import FACT, QUESTION, events_of, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(employee):
    """The employee, who may see why an answer was given."""
    employee.is_staff = True
    employee.save()
    employee.user_permissions.add(Permission.objects.get(codename="explain_answer"))
    return type(employee).objects.get(pk=employee.pk)


def answered(user, question=QUESTION, conversation=None, engine=None) -> Message:
    """A question of `user`, answered by the chain and kept as the chat keeps it."""
    job = asking.ask(conversation, question, user)
    *_, end = events_of(chain.answer(question, user, job.history, engine))
    assert records.finish(job, end, "", [])
    return Message.objects.get(pk=job.answer_id)


def page_of(client, user, answer):
    client.force_login(user)
    return client.get(reverse("why", args=[answer.pk]))


def test_what_was_noted_is_shown_with_ranks_scores_and_the_confidence(client, staff, leave):
    answer = answered(staff)
    found = explaining.why(answer, staff)
    assert found.recorded
    (one,) = found.candidates
    assert (one["place"], one["vector_rank"], one["text_rank"]) == (1, 1, 1)
    assert one["total"] == pytest.approx(one["fused"] + one["added"], abs=0.001)
    sure = found.sure
    numbers = (sure["passage"], sure["sentence"], sure["coverage"])
    assert sure["scale"].probability(*numbers) == pytest.approx(sure["confidence"], abs=0.001)
    page = page_of(client, staff, answer).content.decode()
    assert "leave" in page
    assert QUESTION in page
    assert "This is what one would be sent" in page
    assert "passages searched" in page
    assert "first_token" not in page


def test_it_tells_how_many_sentences_were_set_to_the_letter(
    client, staff, leave, engine, model_server
):
    engine.context, engine.strict = engine.Context.SENTENCES, True
    model_server.says(f"{FACT.replace('25 days of paid', '25 days of 25 days of paid')} [1]")
    answer = answered(staff, engine=engine)

    assert answer.text == f"{FACT} [1]"
    page = page_of(client, staff, answer).content.decode()
    assert "1 sentence of its answer had a slip" in page


def test_of_a_curated_answer_it_tells_how_like_and_what_the_model_said(
    client, staff, administrator, leave, engine, model_server, settings
):
    settings.CURATED_SIMILARITY = -1.0
    pinning.pin(QUESTION, "25 days [1].", [(leave, "")], administrator, "The People team")
    model_server.says("yes")
    page = page_of(client, staff, answered(staff, "My yearly holiday?", engine=engine)).text
    assert "said that both ask the same" in page
    assert "You may not look at it" in page
    staff.user_permissions.add(Permission.objects.get(codename="view_curatedanswer"))
    model_server.says("no")
    model_server.says("25 days [1].")
    page = page_of(client, staff, answered(staff, "My yearly holiday?", engine=engine)).text
    assert "did not say that both ask the same" in page
    assert CuratedAnswer.objects.get().get_absolute_url() in page


def test_the_prompt_is_the_one_that_the_model_was_sent(staff, leave, engine, model_server):
    model_server.says("You have 25 days [1].")
    answer = answered(staff, engine=engine)
    found = explaining.why(answer, staff)
    assert found.prompt.same
    sent = model_server.requests[-1].messages
    assert [one["content"] for one in sent] == [one["content"] for one in found.prompt.messages]


def test_a_prompt_that_can_not_be_made_again_is_told(client, staff, leave, engine, model_server):
    model_server.says("You have 25 days [1].")
    answer = answered(staff, engine=engine)
    leave.passages.update(text="Something else.")
    assert not explaining.why(answer, staff).prompt.same
    assert "made again to the letter" in page_of(client, staff, answer).content.decode()


def test_without_a_record_it_is_searched_anew_and_says_so(client, staff, leave):
    answer = answered(staff)
    Explanation.objects.all().delete()
    assert not explaining.why(answer, staff).recorded
    assert "searched for anew just now" in page_of(client, staff, answer).content.decode()


def test_what_rights_left_out_is_a_count_and_never_a_title(client, staff, managers, leave):
    publish(managers, "directors-leave.pdf", f"{FACT} Directors have 40.")
    answer = answered(staff)
    assert explaining.why(answer, staff).left_out.by_rights == 1
    page = page_of(client, staff, answer).content.decode()
    assert "directors" not in page.lower()


def test_what_does_not_hold_today_is_counted(staff, everyone, leave):
    old = publish(everyone, "old-leave.pdf", FACT)
    Version.objects.filter(pk=old.pk).update(status=Version.Status.EXPIRED)
    old.passages.update(live=False)
    for passage in old.passages.all():
        passage.embeddings.update(live=False)
    assert explaining.why(answered(staff), staff).left_out.by_date == 1


def test_what_one_may_not_open_any_more_is_hidden(client, staff, managers, everyone):
    publish(everyone, "leave.pdf", FACT)
    secret = publish(managers, "secret-leave.pdf", f"{FACT} Directors have 40.")
    staff.groups.set(managers.groups.all())
    answer = answered(staff)
    assert len(explaining.why(answer, staff).candidates) == 2
    staff.groups.clear()
    found = explaining.why(answer, staff)
    assert (len(found.candidates), found.hidden, found.prompt.hidden) == (1, 1, 1)
    page = page_of(client, staff, answer).content.decode()
    assert "secret" not in page
    assert "Directors" not in page
    assert secret.document.name not in page


def test_a_query_that_repeats_a_withheld_answer_is_not_shown(client, staff, managers):
    publish(managers, "secret-leave.pdf", FACT)
    staff.groups.set(managers.groups.all())
    first = answered(staff)
    second = answered(staff, "And for directors?", first.conversation_id)
    assert any("25 days" in one["text"] for one in explaining.why(second, staff).queries)
    staff.groups.clear()
    assert not any("25 days" in one["text"] for one in explaining.why(second, staff).queries)
    assert (
        "25 days of paid annual leave a year" not in page_of(client, staff, second).content.decode()
    )


def test_colleagues_and_people_without_the_permission_see_nothing(
    client, staff, employee, curator, administrator, outsider, leave
):
    answer = answered(staff)
    assert page_of(client, staff, answer).status_code == 200
    assert page_of(client, outsider, answer).status_code == 403
    assert page_of(client, curator, answer).status_code == 403
    curator.user_permissions.add(Permission.objects.get(codename="explain_answer"))
    assert page_of(client, curator, answer).status_code == 404
    assert page_of(client, administrator, answer).status_code == 404
    client.logout()
    assert client.get(reverse("why", args=[answer.pk])).status_code == 302


def test_staff_see_why_of_an_answer_with_feedback_and_nothing_of_the_turns_before(
    client, employee, curator, leave
):
    curator.user_permissions.add(Permission.objects.get(codename="explain_answer"))
    first = answered(employee, "Is my illness a secret?")
    second = answered(employee, "And how many days of paid annual leave?", first.conversation_id)
    assert page_of(client, curator, second).status_code == 404
    Feedback.objects.create(message=second, user=employee, verdict="down")
    page = page_of(client, curator, second).content.decode()
    assert "And how many days" in page
    assert "illness" not in page
    assert "repeats earlier messages" in page
    assert page_of(client, curator, first).status_code == 404


def test_who_answers_a_handed_over_conversation_sees_why_while_it_is_open(
    client, employee, curator, leave
):
    curator.user_permissions.set(
        Permission.objects.filter(codename__in=["explain_answer", "answer_handoffs"])
    )
    answer = answered(employee)
    assert page_of(client, curator, answer).status_code == 404
    handoff = Handoff.begin(answer.conversation_id, employee)
    assert page_of(client, curator, answer).status_code == 200
    Handoff.objects.filter(pk=handoff.pk).update(state=Handoff.State.CLOSED)
    assert page_of(client, curator, answer).status_code == 404


def test_the_link_stands_under_the_answers_of_staff_alone(client, staff, manager, leave):
    for person, there in ((staff, True), (manager, False)):
        answer = answered(person)
        client.force_login(person)
        thread = client.get(answer.conversation.get_absolute_url()).content.decode()
        assert (reverse("why", args=[answer.pk]) in thread) is there


def test_a_question_or_an_answer_in_the_making_has_no_explanation(client, staff, leave):
    job = asking.ask(None, QUESTION, staff)
    client.force_login(staff)
    for pk in (job.question_id, job.answer_id):
        assert client.get(reverse("why", args=[pk])).status_code == 404


def test_records_go_with_their_conversation_and_after_their_days(staff, leave, settings):
    answered(staff).conversation.delete()
    assert not Explanation.objects.exists()
    answered(staff)
    forget(0)
    assert Explanation.objects.exists()
    settings.EXPLANATION_DAYS = 0
    forget(0)
    assert not Explanation.objects.exists()
    answered(staff)
    assert not Explanation.objects.exists()


def test_an_answer_that_was_cut_off_keeps_no_record(staff, leave):
    job = asking.ask(None, QUESTION, staff)
    assert records.finish(job, Done("25", cut_off=True), "", [])
    assert not Explanation.objects.exists()
