"""Questions to begin with come from documents that the person may read."""

import pytest

from helpdesk.starters import STARTERS, starters
from tests.helpdesk.answers import publish

pytestmark = pytest.mark.django_db


def test_the_demo_companys_questions_follow_its_documents(everyone, managers, employee, manager):
    publish(everyone, "paid-leave-policy.pdf", "Twenty-five days.")
    publish(managers, "pay-bands.pdf", "Grade E.")
    leave = [question for question, name in STARTERS if name == "paid-leave-policy.pdf"]
    bands = [question for question, name in STARTERS if name == "pay-bands.pdf"]

    assert starters(employee) == leave
    assert starters(manager) == leave + bands


def test_there_are_four_at_most(everyone, employee):
    for name in {name for _, name in STARTERS}:
        publish(everyone, name, "Something.")

    assert len(starters(employee)) == 4


def test_another_companys_questions_name_a_section(everyone, employee):
    version = publish(everyone, "handbook.md", "Lunch is paid.")
    version.passages.update(headings="Handbook › Lunch and dinner")

    assert starters(employee) == ["What does “Handbook” say about lunch and dinner?"]


def test_without_documents_there_are_none(managers, employee):
    publish(managers, "pay-bands.pdf", "Grade E.")

    assert starters(employee) == []
