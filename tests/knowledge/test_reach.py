"""A feed reaches the internet, and within the company only what the settings name."""

import socket

import pytest

from knowledge import sync
from knowledge.errors import KnowledgeError
from knowledge.feeds import reach, sitemap
from knowledge.models import Document, Feed
from tests.knowledge.test_sitemap import PAGE, Site

WITHIN = "lies within the company's own network"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def inside():
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def names(monkeypatch):
    """What names lead to, by a list that each look takes one of; the last serves again."""
    known, real = {}, socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        if host not in known:
            return real(host, *args, **kwargs)
        places = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [found for place in places for found in real(place, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def fetched(address):
    with sitemap.fetch(address) as file:
        return file.read()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0"])
def test_the_machine_itself_is_not_read(inside, host):
    inside.answers["/secret"] = b"secret"
    port = inside.server.server_port

    with pytest.raises(KnowledgeError, match=WITHIN):
        fetched(f"http://{host}:{port}/secret")
    assert not inside.asked


def test_a_host_that_the_settings_name_is_read(inside, settings):
    inside.answers["/page"] = b"page"
    for settings.SYNC_HOSTS in (["127.0.0.1"], [inside.url.removeprefix("http://")]):
        assert fetched(inside.url + "/page") == b"page"


def test_another_port_than_the_named_one_is_not(inside, settings):
    settings.SYNC_HOSTS = ["127.0.0.1:1"]

    with pytest.raises(KnowledgeError, match=WITHIN):
        fetched(inside.url + "/page")


def test_a_name_that_leads_inside_is_not_read_whatever_else_it_leads_to(inside, names):
    names["handbook.example.com"] = [["93.184.216.34", "127.0.0.1"]]

    with pytest.raises(KnowledgeError, match=WITHIN):
        fetched(f"http://handbook.example.com:{inside.server.server_port}/")
    assert not inside.asked


def test_what_was_checked_is_connected_to_and_the_name_is_told(inside, names, monkeypatch):
    """A second look at the name would be refused by its absence."""
    names["handbook.example.com"] = [["127.0.0.1"], []]
    monkeypatch.setattr(reach, "is_public", lambda place: True)
    inside.answers["/page"] = b"page"
    port = inside.server.server_port

    assert fetched(f"http://handbook.example.com:{port}/page") == b"page"
    assert inside.hosts == [f"handbook.example.com:{port}"]


def test_a_name_that_leads_elsewhere_at_its_second_look_is_refused_there(
    inside, names, monkeypatch
):
    """The first page is of the internet; its redirect, to the same name, has gone inside."""
    port = inside.server.server_port
    names["handbook.example.com"] = [["127.0.0.1"], ["169.254.169.254"]]
    monkeypatch.setattr(reach, "is_public", lambda place: place == "127.0.0.1")
    inside.answers["/page"] = (302, {"Location": f"http://handbook.example.com:{port}/on"}, b"")

    with pytest.raises(KnowledgeError, match=WITHIN):
        fetched(f"http://handbook.example.com:{port}/page")
    assert inside.asked == ["/page"]


def test_the_next_address_is_tried_where_one_takes_no_connection(inside, names, monkeypatch):
    names["handbook.example.com"] = [["127.0.0.2", "127.0.0.1"]]
    monkeypatch.setattr(reach, "is_public", lambda place: True)
    inside.answers["/page"] = b"page"

    assert fetched(f"http://handbook.example.com:{inside.server.server_port}/page") == b"page"


def test_a_name_that_leads_nowhere_says_so(names):
    names["nowhere.example.com"] = [[]]

    with pytest.raises(KnowledgeError, match="can't be fetched: it has no address"):
        fetched("http://nowhere.example.com/")


def test_a_proxy_is_asked_by_name_but_not_for_the_inside(inside, names, monkeypatch):
    monkeypatch.setenv("http_proxy", inside.url)
    inside.answers["http://handbook.example.com/page"] = b"page"
    names["handbook.example.com"] = [[]]
    names["intranet.example.com"] = [["10.0.0.5"]]

    assert fetched("http://handbook.example.com/page") == b"page"
    with pytest.raises(KnowledgeError, match=WITHIN):
        fetched("http://intranet.example.com/page")


@pytest.mark.parametrize(
    ("place", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_which_addresses_are_of_the_internet(place, public):
    assert reach.is_public(place) is public


@pytest.mark.django_db
def test_the_feed_says_why_it_reads_nothing(everyone, inside):
    inside.answers["/leave"] = PAGE.format(25).encode()
    feed = Feed.objects.create(collection=everyone, location=inside.sitemap("/leave"))
    sync.run(feed)
    feed.refresh_from_db()

    assert "must stand in the setting SYNC_HOSTS" in feed.error
    assert not Document.objects.exists()
    assert not inside.asked
