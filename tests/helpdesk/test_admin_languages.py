"""What Django's own pages of the admin show of a row is named in German."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import help_text_for_field, label_for_field
from django.urls import reverse
from django.utils import translation

APPS = {"knowledge", "helpdesk", "tuning"}
# These have pages of their own.
OWN_PAGES = {"index", "run", "switch", "qapair"}
SAME = {"feed", "name", "version", "text", "slug", "engine", "status"}


def shown(model, admin_of_it, request):
    """The fields of a list and of a form."""
    names = {*admin_of_it.get_list_display(request), *admin_of_it.get_fields(request)}
    return sorted(names | set(admin_of_it.get_readonly_fields(request)))


def told(name, model, admin_of_it, language):
    with translation.override(language):
        label = str(label_for_field(name, model, admin_of_it)).lower()
        return label, str(help_text_for_field(name, model))


@pytest.mark.django_db
def test_each_field_that_is_shown_has_its_german(rf, administrator):
    request = rf.get("/")
    request.user = administrator
    english = []
    for model, own in admin.site._registry.items():
        if model._meta.app_label not in APPS or model._meta.model_name in OWN_PAGES:
            continue
        for name in shown(model, own, request):
            label, hint = told(name, model, own, "en-gb")
            german, tip = told(name, model, own, "de")
            if (label == german and label not in SAME) or (hint and hint == tip):
                english.append((model.__name__, name, label, hint))
    assert english == []


@pytest.mark.django_db
def test_each_list_tells_what_it_is_for_even_while_it_is_empty(client, administrator):
    client.force_login(administrator)
    told = {
        "knowledge_feed": ("A feed follows a folder", "Ein Feed folgt einem Ordner"),
        "helpdesk_calibration": ("`manage.py calibrate` makes one", "erstellt eine"),
        "helpdesk_handoff": ("without any text", "ohne jeden Text"),
        "helpdesk_signintries": ("who must wait", "wer warten muss"),
    }
    for name, words in told.items():
        for language, said in zip(("en", "de"), words, strict=True):
            address = reverse(f"admin:{name}_changelist")
            assert said in client.get(address, headers={"Accept-Language": language}).text


@pytest.mark.django_db
def test_each_filter_has_its_german(rf, administrator):
    request = rf.get("/")
    request.user = administrator
    titles = {}
    for language in ("en-gb", "de"):
        with translation.override(language):
            titles[language] = [
                (model.__name__, str(label_for_field(field, model)).lower())
                for model, own in admin.site._registry.items()
                if model._meta.app_label in APPS and model._meta.model_name not in OWN_PAGES
                for field in plain_filters(own.get_list_filter(request))
            ]
    same = set(titles["en-gb"]) & set(titles["de"])
    assert [(model, title) for model, title in same if title not in SAME] == []
    assert ("AuditEntry", "sammlung") in titles["de"]


def plain_filters(filters):
    """The fields of the model itself that a list is filtered by."""
    names = (one[0] if isinstance(one, tuple) else one for one in filters)
    return [name for name in names if isinstance(name, str) and "__" not in name]
