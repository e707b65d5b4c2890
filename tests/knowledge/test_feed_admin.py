import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge.models import Feed

ADD = "admin:knowledge_feed_add"
LIST = "admin:knowledge_feed_changelist"


def add(client, collection, location):
    values = {"collection": collection.pk, "location": location, "every_minutes": 60}
    return client.post(reverse(ADD), values)


@pytest.mark.parametrize("person", ["employee", "outsider", "curator"])
def test_feeds_are_for_administrators(client, request, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse(LIST)).status_code in (302, 403)


def test_an_administrator_sees_the_feeds_of_their_own_collections(
    client, managers_keeper, managers, finance
):
    Feed.objects.create(collection=managers, location="https://managers.invalid/sitemap.xml")
    Feed.objects.create(collection=finance, location="https://finance.invalid/sitemap.xml")
    client.force_login(managers_keeper)
    page = client.get(reverse(LIST)).text
    assert "managers.invalid" in page
    assert "finance.invalid" not in page
    add(client, finance, "https://other.invalid/sitemap.xml")
    assert not Feed.objects.filter(location__contains="other").exists()


def test_a_new_feed_is_queued_at_once(client, administrator, everyone):
    client.force_login(administrator)
    add(client, everyone, "https://handbook.invalid/sitemap.xml")
    feed = Feed.objects.get()
    assert feed.created_by == administrator
    assert ProcrastinateJob.objects.get().args == {"feed_id": feed.pk}
    action = {"action": "sync_now", "_selected_action": feed.pk}
    assert "1 queued" in client.post(reverse(LIST), action, follow=True).text


def test_a_folder_is_taken_only_below_the_one_that_is_allowed(
    client, administrator, everyone, settings, tmp_path
):
    client.force_login(administrator)
    (tmp_path / "open" / "policies").mkdir(parents=True)
    assert "SYNC_FOLDER" in add(client, everyone, "/etc").text
    settings.SYNC_FOLDER = str(tmp_path / "open")
    for wrong in ("/etc", "../", str(tmp_path)):
        assert "Only folders below" in add(client, everyone, wrong).text
    assert "There is no folder" in add(client, everyone, "nothing").text
    add(client, everyone, "policies")
    assert Feed.objects.get().location == str(tmp_path / "open" / "policies")


def test_an_address_that_leads_nowhere_or_tells_a_password_is_refused(
    client, administrator, everyone
):
    client.force_login(administrator)
    for nowhere in ("http://", "https:///sitemap.xml", "http://[1/sitemap.xml"):
        assert "names no host" in add(client, everyone, nowhere).text
    assert "Leave the name" in add(client, everyone, "https://me:pa55@x.invalid/sitemap.xml").text
    assert not Feed.objects.exists()
