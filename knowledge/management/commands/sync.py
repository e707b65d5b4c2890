"""manage.py sync LOCATION --collection SLUG: follows a folder or a website, now and from now on."""

from pathlib import Path

from django.core.management.base import CommandError

from knowledge import sync, waiting
from knowledge.management.commands.ingest import find
from knowledge.management.desk import DeskCommand
from knowledge.models import Feed, Version

EVERY_MINUTES = 60
PAUSE = 0.5


class Command(DeskCommand):
    help = (
        "Takes the documents of a folder, or of a website by its sitemap, into a collection; then "
        "a worker adds, replaces and withdraws as they change."
    )

    def add_arguments(self, parser):
        parser.add_argument("location", nargs="?", metavar="DIR|URL")
        parser.add_argument("--collection", metavar="SLUG")
        parser.add_argument("--create", action="store_true", help="make the collection, if new")
        parser.add_argument("--every", type=int, default=EVERY_MINUTES, metavar="MINUTES")
        parser.add_argument("--wait", action="store_true", help="until all of them have been read")
        parser.add_argument("--list", action="store_true", help="what is followed, and how it went")
        parser.add_argument(
            "--stop", action="store_true", help="follow it no more; its documents stay"
        )

    def handle(self, *args, **options):
        if options["list"]:
            self.list()
            return
        if not options["location"] or not options["collection"]:
            raise CommandError("Name a folder or the address of a sitemap, and --collection.")
        if options["every"] < 1:
            raise CommandError("--every takes a number of minutes, from 1.")
        collection = find(options["collection"], options["create"])
        location = absolute(options["location"])
        if options["stop"]:
            self.stop(collection, location)
            return
        feed, _ = Feed.objects.update_or_create(
            collection=collection,
            location=location,
            defaults={"every_minutes": options["every"], "paused": False},
        )
        self.run(feed)
        if options["wait"]:
            self.wait(feed)

    def list(self):
        for feed in Feed.objects.select_related("collection"):
            state = "paused" if feed.paused else f"every {feed.every_minutes} minutes"
            self.stdout.write(f"{feed} into “{feed.collection}”, {state}: {said(feed)}")
        if not Feed.objects.exists():
            self.stdout.write("Nothing is followed yet.")

    def stop(self, collection, location: str):
        gone, _ = Feed.objects.filter(collection=collection, location=location).delete()
        if not gone:
            raise CommandError(f"{location} is not followed into “{collection}”.")
        self.stdout.write("It is followed no more; its documents stay.")

    def run(self, feed: Feed):
        if not sync.run(feed, self.count):
            raise CommandError("Somebody follows it at this moment. Try again in a minute.")
        self.stdout.write(feed.outcome)
        if feed.error:
            raise CommandError(feed.error)

    def count(self, done: int, total: int):
        if self.stderr.isatty():
            self.stderr.write(f"\r\033[K{done} of {total}", ending="")
            self.stderr.flush()

    def wait(self, feed: Feed):
        documents = feed.items.values("document")
        versions = Version.objects.filter(document__in=documents, status__in=Version.UNFINISHED)
        waiting.until(lambda: not versions.exists(), self.stdout.write, PAUSE)


def absolute(location: str) -> str:
    if location.startswith(("http://", "https://")):
        return location
    return str(Path(location).resolve())


def said(feed: Feed) -> str:
    when = f"{feed.finished_at:%Y-%m-%d %H:%M} " if feed.finished_at else ""
    error = f" {feed.error.splitlines()[0]}" if feed.error else ""
    return f"{when}{feed.outcome or 'not yet'}.{error}"
