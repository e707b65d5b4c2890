"""Of many documents one is chosen by some words of its title, and only of those one may read."""

import pytest
from django import forms
from django.urls import reverse

from knowledge import picking
from knowledge.models import Document, Version

pytestmark = pytest.mark.django_db


def answering(collection, name, title=""):
    document = Document.objects.create(collection=collection, name=name, title=title)
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)
    Document.objects.filter(pk=document.pk).update(current=version)


@pytest.fixture
def library(everyone, managers):
    answering(everyone, "leave.pdf")
    answering(everyone, "travel/leave-abroad.pdf", "Leave abroad (2026)")
    answering(managers, "leave.pdf")
    Document.objects.create(collection=everyone, name="unread-leave.pdf")


def shown(collection, told, name):
    return f"{told} ({collection.slug}/{name})"


def test_only_what_answers_and_may_be_read_is_offered(library, everyone, employee, manager):
    plain = shown(everyone, "leave.pdf", "leave.pdf")
    abroad = shown(everyone, "Leave abroad (2026)", "travel/leave-abroad.pdf")
    assert sorted(picking.suggested(employee, "leave")) == sorted([plain, abroad])
    assert picking.suggested(employee, "ABROAD leave") == [abroad]
    assert picking.suggested(employee, "canteen") == []
    assert len(picking.suggested(manager, "leave")) == 3


def test_no_more_is_offered_than_can_be_looked_through(everyone, employee, monkeypatch):
    monkeypatch.setattr(picking, "SUGGESTED", 2)
    for number in range(3):
        answering(everyone, f"{number}.pdf")

    assert len(picking.suggested(employee, "")) == 2


def test_the_browser_gets_what_fits_the_words_of_the_field(client, library, employee):
    page = reverse("suggest_documents")
    assert client.get(page).status_code == 302
    client.force_login(employee)
    htmx = {"HX-Request": "true", "HX-Trigger-Name": "document_2"}
    response = client.get(page, {"document_2": "abroad"}, headers=htmx)

    assert response.text.count("<option") == 1
    assert "Leave abroad (2026) (" in response.text
    assert "no-store" in response.headers["Cache-Control"]


def test_what_is_offered_a_title_and_a_name_all_choose_the_document(library, everyone, employee):
    field = picking.DocumentField(user=employee)
    abroad = Document.objects.get(name="travel/leave-abroad.pdf")
    offered = shown(everyone, "Leave abroad (2026)", "travel/leave-abroad.pdf")
    for text in (offered, "Leave abroad (2026)", " travel/leave-abroad.pdf "):
        assert field.clean(text) == abroad
    assert field.prepare_value(abroad.pk) == offered
    assert picking.DocumentField(user=employee, required=False).clean(" ") is None


def test_a_name_that_two_have_chooses_neither(library, managers, employee, manager):
    assert picking.DocumentField(user=employee).clean("leave.pdf").collection != managers
    field = picking.DocumentField(user=manager)
    with pytest.raises(forms.ValidationError, match="Several documents"):
        field.clean("leave.pdf")
    assert field.clean(shown(managers, "leave.pdf", "leave.pdf")).collection == managers


def test_what_may_not_be_read_is_not_told_from_what_is_not_there(library, managers, employee):
    field = picking.DocumentField(user=employee)
    secret = Document.objects.get(collection=managers)
    told = []
    for text in (shown(managers, "leave.pdf", "leave.pdf"), "nothing.pdf", "unread-leave.pdf"):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(text)
        told.append(refused.value.message)
    assert len(set(told)) == 1
    assert field.prepare_value(secret.pk) is None
