"""What other apps offer to do with an answer."""

import pytest

from helpdesk import answer_links
from helpdesk.answer_links import AnswerLink


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(answer_links, "_links", {})


class Person:
    def has_perm(self, name):
        return name == "app.deed"


def test_it_is_offered_to_who_has_the_permission_with_the_way_back():
    answer_links.register("one", AnswerLink("One {}".format, "app.deed", lambda pk: f"/one/{pk}/"))
    answer_links.register("two", AnswerLink("Two {}".format, "app.other", lambda pk: f"/two/{pk}/"))

    offered = [{"label": "One 7", "url": "/one/7/?next=%2Ffeedback%2F3%2F"}]
    assert answer_links.links(Person(), 7, "/feedback/3/") == offered


def test_the_same_name_takes_the_place():
    for label in ("Old", "New"):
        answer_links.register("one", AnswerLink(f"{label} {{}}".format, "app.deed", str))

    assert [link["label"] for link in answer_links.links(Person(), 7, "/")] == ["New 7"]
