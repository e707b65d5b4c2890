"""The preflight as a page of the admin, and from the shell."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.tuning.preflight.test_examine import LEAVE, pair, publish

PAGE = "admin:tuning_qapair_preflight"


@pytest.fixture
def leave(everyone):
    return publish(everyone, LEAVE)


def test_curators_alone_see_it(client, curator, administrator, manager, outsider):
    for user, code in [(curator, 200), (administrator, 200), (manager, 302), (outsider, 302)]:
        client.force_login(user)
        assert client.get(reverse(PAGE)).status_code == code


def test_staff_without_the_right_are_refused(client, managers_keeper):
    client.force_login(managers_keeper)
    assert client.get(reverse(PAGE)).status_code == 403


def test_each_finding_leads_to_its_pair(client, curator, leave):
    wrong = pair("How much leave?", "You have 28 days a year.", curator, leave)
    other = pair("How much leave?", "You have 25 days a year.", curator, leave)
    client.force_login(curator)
    page = client.get(reverse(PAGE)).content.decode()
    assert "3 findings block a run." in page
    assert reverse("admin:tuning_qapair_change", args=[wrong.pk]) in page
    assert reverse("admin:tuning_qapair_change", args=[other.pk]) in page
    assert "The other one: How much leave?" in page


def test_it_is_asked_for_the_groups_of_an_adapter(client, administrator, managers):
    source = publish(managers, "The top band is 7.")
    pair("What is the top band?", "The top band is 7 [1].", administrator, source)
    client.force_login(administrator)
    assert "Restricted sources" in client.get(reverse(PAGE)).content.decode()
    page = client.get(reverse(PAGE), {"groups": [managers.groups.get().pk]}).content.decode()
    assert "Restricted sources" not in page


def test_what_somebody_may_not_read_is_counted_and_not_shown(
    client, curator, administrator, managers
):
    source = publish(managers, "The top band is 7.")
    pair("What is the top band?", "The top band is 8 [1].", administrator, source)
    client.force_login(curator)
    page = client.get(reverse(PAGE)).content.decode()
    assert "One approved pair rests on documents that you may not read" in page
    assert "top band" not in page


def test_the_shell_tells_the_findings_and_fails(administrator, leave):
    wrong = pair("How much leave?", "You have 28 days a year.", administrator, leave)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Findings that block a run: 2"):
        call_command("preflight", stdout=out)
    assert f"blocks: pair {wrong.pk}: Not in its sources: “28”." in out.getvalue()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("preflight", "--json", stdout=out)
    assert json.loads(out.getvalue())["counts"]["approved"] == 1
    with pytest.raises(CommandError, match="no group “Nobody”"):
        call_command("preflight", "--group", "Nobody")
