import pytest

from helpdesk import asking_again, gathering
from helpdesk.models import Gap, GapQuestion
from tests.helpdesk.answers import FACT, QUESTION, publish
from tests.helpdesk.gaps import gathered

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = GapQuestion.Outcome


def outcomes(gap) -> dict:
    return dict(gap.questions.values_list("user__username", "outcome"))


@pytest.fixture
def nothing_yet(everyone):
    publish(everyone, "canteen.pdf", "The canteen of the works serves soup at noon.")


def test_a_new_document_resolves_a_group(nothing_yet, employee, everyone, curator, run_jobs):
    gap = gathered(employee, question=QUESTION)
    leave = publish(everyone, "leave.pdf", FACT)
    gap.resolve(curator, document=leave.document)
    assert gap.asking
    run_jobs()
    gap.refresh_from_db()
    assert (gap.state, gap.asking, gap.handled_by) == (Gap.State.RESOLVED, False, curator)
    question = gap.questions.get()
    assert (question.outcome, question.versions) == (Outcome.ANSWERED, [leave.pk])
    assert question.confidence_now > 0.5


def test_each_is_asked_with_the_rights_of_the_person(
    nothing_yet, employee, manager, managers, curator
):
    gap = gathered(employee, manager, question=QUESTION)
    publish(managers, "leave.pdf", FACT)
    asking_again.ask_gap(gap.pk)
    assert outcomes(gap) == {"employee": Outcome.DECLINED, "manager": Outcome.ANSWERED}
    assert not Gap.objects.filter(state=Gap.State.OPEN).exists()


def test_it_stays_open_where_nobody_is_answered(nothing_yet, employee, curator):
    gap = gathered(employee, question=QUESTION)
    Gap.objects.update(state=Gap.State.RESOLVED)
    asking_again.ask_gap(gap.pk)
    gap.refresh_from_db()
    assert gap.state == Gap.State.OPEN
    assert outcomes(gap) == {"employee": Outcome.DECLINED}


def test_nothing_is_written_into_the_conversation(leave, employee):
    gap = gathered(employee, employee, question=QUESTION)
    before = [one.answer.conversation.messages.count() for one in gap.questions.all()]
    asking_again.ask_gap(gap.pk)
    assert [one.answer.conversation.messages.count() for one in gap.questions.all()] == before
    assert set(gap.questions.values_list("outcome", flat=True)) == {Outcome.ANSWERED}


def test_for_an_account_that_is_closed_nothing_is_asked(leave, employee):
    gap = gathered(employee, question=QUESTION)
    employee.is_active = False
    employee.save()
    asking_again.ask_gap(gap.pk)
    assert outcomes(gap) == {"employee": Outcome.FAILED}


def test_a_failure_is_told_and_ends_nothing(leave, employee, monkeypatch):
    async def broken(*args):
        raise RuntimeError
        yield

    gap = gathered(employee, question=QUESTION)
    monkeypatch.setattr(asking_again.chain, "answer", broken)
    asking_again.ask_gap(gap.pk)
    assert outcomes(gap) == {"employee": Outcome.FAILED}
    gap.refresh_from_db()
    assert not gap.asking


def test_a_group_that_is_dismissed_while_it_is_asked_stays_dismissed(
    nothing_yet, employee, curator, monkeypatch
):
    gap = gathered(employee, question=QUESTION)
    ask = asking_again.ask

    def asked(question):
        gap.dismiss(curator, "It is nobody's business.")
        return ask(question)

    monkeypatch.setattr(asking_again, "ask", asked)
    asking_again.ask_gap(gap.pk)
    gap.refresh_from_db()
    assert (gap.state, gap.asking) == (Gap.State.DISMISSED, False)


def test_a_group_that_is_merged_while_it_is_asked_is_nobodys_error(leave, employee, monkeypatch):
    gap, other = gathered(employee, question=QUESTION), Gap.objects.create()
    ask = asking_again.ask

    def asked(question):
        gathering.merge(other, gap)
        return ask(question)

    monkeypatch.setattr(asking_again, "ask", asked)
    asking_again.ask_gap(gap.pk)
    assert outcomes(other) == {"employee": Outcome.ANSWERED}
    assert not Gap.objects.filter(pk=gap.pk).exists()


def test_a_group_that_is_gone_is_nothing_to_do():
    asking_again.ask_gap(0)
