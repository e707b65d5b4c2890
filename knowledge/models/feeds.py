"""Feeds: folders and websites whose documents come, change and go by themselves."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.exceptions import AlreadyEnqueued

from knowledge.models.collections import Collection
from knowledge.models.documents import Document

# A run that has not written for so long is dead.
DEAD_AFTER = timedelta(minutes=5)


class FeedQuerySet(models.QuerySet):
    def kept_by(self, user):
        """The feeds into collections that `user` looks after."""
        return self.filter(collection__in=Collection.objects.kept_by(user))

    def due(self):
        """The feeds whose time has come, and that nobody works on."""
        return [feed for feed in self.idle().filter(paused=False) if feed.is_due]

    def idle(self):
        """The feeds that no living run works on."""
        return self.filter(
            models.Q(working_at=None) | models.Q(working_at__lt=timezone.now() - DEAD_AFTER)
        )


class Feed(models.Model):
    """A folder, or the sitemap of a website, that a collection follows."""

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="feeds", verbose_name=_("collection")
    )
    location = models.CharField(
        _("location"),
        max_length=500,
        help_text=_("A folder of this machine, or the address of a sitemap."),
    )
    every_minutes = models.PositiveIntegerField(_("every … minutes"), default=60)
    paused = models.BooleanField(_("paused"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(_("last begun"), null=True, blank=True)
    working_at = models.DateTimeField(
        null=True, blank=True, help_text="Last sign of life of the run that goes on."
    )
    finished_at = models.DateTimeField(_("last ended"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    error = models.TextField(_("what was wrong"), blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["location"]
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        constraints = [
            models.UniqueConstraint(fields=["collection", "location"], name="one_feed_a_location")
        ]

    def __str__(self):
        return self.location

    @property
    def is_website(self):
        return self.location.startswith(("http://", "https://"))

    @property
    def is_due(self):
        if self.started_at is None:
            return True
        return self.started_at + timedelta(minutes=self.every_minutes) <= timezone.now()

    def begin(self):
        """Claims the feed for a run; false when another works on it."""
        now = timezone.now()
        claimed = Feed.objects.idle().filter(pk=self.pk)
        return bool(claimed.update(started_at=now, working_at=now))

    def beat(self):
        """A sign of life of the run that goes on."""
        Feed.objects.filter(pk=self.pk).update(working_at=timezone.now())

    def finish(self, outcome, error=""):
        """Ends the run: what became of the files, and what went wrong."""
        ended = {"finished_at": timezone.now(), "working_at": None}
        Feed.objects.filter(pk=self.pk).update(outcome=outcome, error=error, **ended)
        self.outcome, self.error = outcome, error

    def enqueue(self):
        """Lets a worker run it as soon as it can; once is enough."""
        from knowledge.tasks import sync

        name = f"feed-{self.pk}"
        with suppress(AlreadyEnqueued), transaction.atomic():
            sync.configure(lock=name, queueing_lock=name).defer(feed_id=self.pk)


class FeedItem(models.Model):
    """A file of a feed as it was seen last, and the document that it became."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items")
    key = models.TextField()
    stamp = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(
        Document, models.SET_NULL, null=True, blank=True, related_name="feed_items"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="one_item_a_key"),
        ]

    def __str__(self):
        return self.key
