"""Websites are followed from a real server on loopback."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge import sync
from knowledge.errors import KnowledgeError
from knowledge.feeds import sitemap
from knowledge.models import Document, Feed, Version

PAGE = "<html><title>Leave</title><body><h1>Leave</h1><p>Every employee has {} days.</p></body>"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Site:
    """`answers` by path: bytes, or a status and headers.

    `asked` lists the paths, `hosts` whom they meant.
    """

    def __init__(self):
        self.answers, self.asked, self.hosts = {}, [], []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                site.hosts.append(self.headers["Host"])
                answer = site.answers.get(self.path, (404, {}, b""))
                status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sitemap(self, *pages, path="/sitemap.xml"):
        """Pages as paths, or as (path, lastmod)."""
        told = [page if isinstance(page, tuple) else (page, "") for page in pages]
        urls = "".join(
            f"<url><loc>{self.url}{path}</loc>{f'<lastmod>{date}</lastmod>' * bool(date)}</url>"
            for path, date in told
        )
        self.answers[path] = f"<urlset {NAMESPACE}>{urls}</urlset>".encode()
        return self.url + path


@pytest.fixture
def site(settings):
    site = Site()
    settings.SYNC_HOSTS = ["127.0.0.1"]
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def follow(everyone, site):
    def run(*pages):
        location = site.sitemap(*pages)
        feed, _ = Feed.objects.get_or_create(collection=everyone, location=location)
        sync.run(feed)
        feed.refresh_from_db()
        return feed

    return run


def test_pages_come_in_change_and_go(follow, site):
    site.answers["/leave"] = PAGE.format(25).encode()
    site.answers["/trains.html"] = PAGE.format(3).encode()
    assert follow("/leave", "/trains.html").outcome == "2 new"
    host = site.url.removeprefix("http://")
    names = sorted(Document.objects.values_list("name", flat=True))
    assert names == [f"{host}/leave.html", f"{host}/trains.html"]
    site.answers["/leave"] = PAGE.format(30).encode()
    assert follow("/leave").outcome == "1 new version, 1 withdrawn"


def test_a_page_that_was_not_modified_is_not_fetched_again(follow, site):
    site.answers["/leave"] = PAGE.format(25).encode()
    follow(("/leave", "2026-01-01"))
    follow(("/leave", "2026-01-01"))
    assert site.asked.count("/leave") == 1
    follow(("/leave", "2026-02-01"))
    assert site.asked.count("/leave") == 2
    assert Version.objects.count() == 1


def test_a_page_that_fails_is_told_and_keeps_its_document(follow, site):
    site.answers["/leave"] = PAGE.format(25).encode()
    follow("/leave")
    site.answers["/leave"] = (500, {}, b"")
    feed = follow("/leave", "/gone")
    assert feed.outcome == "2 failed"
    assert "answers 500" in feed.error
    assert "answers 404" in feed.error
    assert Version.objects.get().status == "queued"


def test_an_index_of_sitemaps_and_a_packed_one_are_read(site):
    site.sitemap("/leave", path="/one.xml")
    packed = site.answers["/one.xml"]
    site.answers["/one.xml.gz"] = gzip.compress(packed)
    index = f"<sitemap><loc>{site.url}/one.xml.gz</loc></sitemap>"
    site.answers["/index.xml"] = f"<sitemapindex {NAMESPACE}>{index}</sitemapindex>".encode()
    (found,) = sitemap.items(f"{site.url}/index.xml")
    assert found.key == f"{site.url}/leave"


def test_a_feed_gives_signs_of_life_while_it_reads_the_sitemaps_of_an_index(
    everyone, site, monkeypatch
):
    places = [site.sitemap(path="/one.xml"), site.sitemap(path="/two.xml")]
    index = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    site.answers["/index.xml"] = f"<sitemapindex {NAMESPACE}>{index}</sitemapindex>".encode()
    alive = []
    monkeypatch.setattr(Feed, "beat", lambda feed: alive.append(site.asked[-1]))
    sync.run(Feed.objects.create(collection=everyone, location=f"{site.url}/index.xml"))
    assert alive == ["/index.xml", "/one.xml", "/two.xml"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, {}, b""), "answers 404"),
        (b"<html><p>Not found</html>", "no sitemap"),
        (b"\x1f\x8brubbish", "can't be unpacked"),
        ((302, {"Location": "http://example.invalid/sitemap.xml"}, b""), "another place"),
        ((302, {"Location": "/sitemap.xml"}, b""), "on and on"),
        (b"<urlset><url><loc>http://example.invalid/a</loc></url></urlset>", "another place"),
        (b"<urlset><url><loc>file:///etc/passwd</loc></url></urlset>", "another place"),
    ],
)
def test_a_sitemap_that_is_wrong_says_why(site, answer, says):
    site.answers["/sitemap.xml"] = answer
    with pytest.raises(KnowledgeError, match=says):
        [item.fetch() for item in sitemap.items(f"{site.url}/sitemap.xml")]


def test_a_file_that_a_sitemap_draws_in_is_left_alone(site):
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    site.answers["/sitemap.xml"] = entity + b"<urlset><url><loc>&x;</loc></url></urlset>"
    assert sitemap.items(f"{site.url}/sitemap.xml") == []


def test_a_file_that_never_comes_to_its_end_is_given_up(site, monkeypatch):
    site.sitemap("/leave")
    monkeypatch.setattr(sitemap, "MOST_SECONDS", 0)
    with pytest.raises(KnowledgeError, match="takes longer than 0 seconds"):
        sitemap.items(f"{site.url}/sitemap.xml")


def test_a_site_that_is_away_says_so(site):
    site.server.shutdown()
    site.server.server_close()
    with pytest.raises(KnowledgeError, match="can't be fetched"):
        sitemap.items(f"{site.url}/sitemap.xml")


def test_a_page_that_is_too_large_is_refused(site, settings):
    settings.MAX_UPLOAD_MB = 1
    site.answers["/big"] = b"x" * 1_000_001
    with pytest.raises(KnowledgeError, match="more than 1 MB"):
        sitemap.fetch(f"{site.url}/big")
