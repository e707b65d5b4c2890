"""Following a feed: adds what is new, replaces what has changed, withdraws what is gone.

Whether a file has changed is told by its bytes; they are not read again while its stamp is the
same. What a person has withdrawn or deleted stays so until its file changes.
"""

from collections import Counter
from collections.abc import Callable

from django.core.files import File

from knowledge import publishing
from knowledge.errors import KnowledgeError
from knowledge.feeds import folder, sitemap
from knowledge.feeds.item import Item
from knowledge.models import Feed, FeedItem
from knowledge.uploads import sha256, upload

OUTCOMES = ("new", "new version", "unchanged", "withdrawn", "failed")
# More reasons than these help nobody.
MOST_REASONS = 20
STAMP_CHARACTERS = FeedItem._meta.get_field("stamp").max_length

Progress = Callable[[int, int], None]


def run(feed: Feed, progress: Progress | None = None) -> bool:
    """Follows a feed once; false when somebody does already. What became of it is on the row."""
    if not feed.begin():
        return False
    counts: Counter = Counter()
    reasons: list[str] = []
    try:
        items = listing(feed)
        for done, item in enumerate(items):
            feed.beat()
            if progress:
                progress(done, len(items))
            outcome, reason = follow(feed, item)
            counts[outcome] += 1
            reasons += [f"{item.name}: {reason}"] * bool(reason)
        counts["withdrawn"] = withdraw_the_rest(feed, {item.key for item in items})
    except KnowledgeError as error:
        reasons.insert(0, str(error))
    finally:
        feed.finish(told(counts), "\n".join(reasons[:MOST_REASONS]))
    return True


def listing(feed: Feed) -> list[Item]:
    """The feed's items. Raises KnowledgeError when there are none though there were some.

    An empty place is more likely a drive that is not mounted than a company without documents.
    """
    if feed.is_website:
        items = sitemap.items(feed.location, feed.beat)
    else:
        items = folder.items(feed.location)
    if not items and feed.items.exists():
        raise KnowledgeError(
            f"{feed.location} holds no document any more. Nothing was withdrawn; if this is meant, "
            "delete the feed and its documents."
        )
    return items


def follow(feed: Feed, item: Item) -> tuple[str, str]:
    """Takes one file; what became of it, and why it failed if it did."""
    known = FeedItem.objects.filter(feed=feed, key=item.key).select_related("document").first()
    stamp = item.stamp[:STAMP_CHARACTERS]
    if known and stamp and known.stamp == stamp:
        return "unchanged", ""
    try:
        with item.fetch() as file:
            return take(feed, item, known, file), ""
    except KnowledgeError as error:
        return "failed", str(error)


def take(feed: Feed, item: Item, known: FeedItem | None, file: File) -> str:
    """Uploads a file whose bytes are others than they were; what became of it."""
    values = {"stamp": item.stamp[:STAMP_CHARACTERS], "sha256": sha256(file)}
    outcome = "unchanged"
    if known is None or known.sha256 != values["sha256"]:
        found = upload(feed.collection, item.name, file, document=known and known.document)
        values["document"], outcome = found.version.document, found.outcome
    FeedItem.objects.update_or_create(feed=feed, key=item.key, defaults=values)
    return outcome


def withdraw_the_rest(feed: Feed, keys: set[str]) -> int:
    """Takes the documents out whose files are gone, unless another feed holds them too."""
    withdrawn = 0
    for gone in feed.items.exclude(key__in=keys).select_related("document"):
        others = FeedItem.objects.filter(document=gone.document_id).exclude(pk=gone.pk)
        if gone.document and not others.exists():
            withdrawn += publishing.withdraw(gone.document, None)
        gone.delete()
    return withdrawn


def told(counts: Counter) -> str:
    """The counts in words, as "3 new, 40 unchanged"."""
    said = [f"{counts[name]} {name}" for name in OUTCOMES if counts[name]]
    return ", ".join(said) or "nothing there"
