"""Conversations, their messages, and the citations that these stand on."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.greeting_replies import ENGINE
from knowledge.models import Passage, Version

BATCH = 200


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The conversations of `user`: nobody reads another person's."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def expired(self):
        """Those, pinned or not, without a message for as long as the settings keep one."""
        if not settings.CONVERSATION_DAYS:
            return self.none()
        since = timezone.now() - timedelta(days=settings.CONVERSATION_DAYS)
        # A person is still to answer: the hand-off ends first.
        return self.filter(updated_at__lt=since).exclude(handoffs__state__in=("waiting", "taken"))

    def forget_expired(self) -> None:
        """Deletes the expired ones, some at a time so that nobody waits for them."""
        while keys := list(self.expired().order_by().values_list("pk", flat=True)[:BATCH]):
            self.filter(pk__in=keys).delete()


class Conversation(models.Model):
    """A thread of one person's questions and the desk's answers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=120, blank=True)
    pinned = models.BooleanField(default=False, help_text="It stands before the others.")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["user", "-updated_at"], name="conversation_list")]

    def __str__(self):
        return self.title or f"Conversation {self.pk}"

    def get_absolute_url(self):
        return reverse("conversation", args=[self.pk])

    def rename(self, title: str) -> None:
        """Gives it the person's own title; its place in the list stays."""
        self.change(title=title)

    def pin(self, pinned: bool = True) -> None:
        """Puts it before the others, or back among them."""
        self.change(pinned=pinned)

    def change(self, **values) -> None:
        # Never save(): it would tell that something was said in it.
        Conversation.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The messages of the conversations that `user` may read."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def readable_by(self, user):
        """Those, and the messages of the conversations that people handed to `user` to answer."""
        from helpdesk.models.handoffs import Handoff

        handed = Handoff.objects.answered_by(user).open()
        return self.visible_to(user) | self.filter(conversation__handoffs__in=handed)


class Message(models.Model):
    """A question, or the answer to one. In an answer's Markdown, [n] stands for its citation n.

    What a person answers after a hand-off is of the role STAFF, and its text is no Markdown.
    """

    class Role(models.TextChoices):
        USER = "user", _("User")
        ASSISTANT = "assistant", _("Assistant")
        STAFF = "staff", _("Staff")

    class Status(models.TextChoices):
        ANSWERING = "answering", _("Answering")
        DONE = "done", _("Done")
        CUT_OFF = "cut_off", _("cut off")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=Role)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Of an answer that a person wrote: who.",
    )
    text = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DONE)
    error = models.TextField(blank=True, help_text="For the person: what happened, what to do.")
    note = models.TextField(blank=True, help_text="What the person should know of this answer.")
    abstained = models.BooleanField(default=False)
    engine = models.CharField(max_length=100, blank=True)
    timings_ms = models.JSONField(default=dict)
    verification = models.JSONField(
        default=dict,
        help_text="sentences: how many claim something; unsupported: [start, end] of those that"
        " no source bears out; conflict: [citation, date] of two that differ, the newer first;"
        " links: the addresses that a source holds.",
    )
    versions = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of what the text may draw on."
    )
    earlier = models.BooleanField(
        default=False, help_text="It was asked again: what came then stands in its place."
    )
    created_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(
        db_default=Now(), help_text="When the process that answers last told that it goes on."
    )
    first_token_ms = models.GeneratedField(
        expression=Cast(KeyTextTransform("first_token", "timings_ms"), models.FloatField()),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            # The dashboard counts answers by it alone, without a look at the rows.
            models.Index(
                fields=["created_at"],
                include=["id", "conversation", "status", "abstained", "first_token_ms"],
                condition=models.Q(role="assistant") & ~models.Q(engine=ENGINE),
                name="message_answers",
            ),
            models.Index(
                fields=["conversation"],
                condition=models.Q(status="answering"),
                name="answers_in_the_making",
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.pk}"


class CitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The citations of documents that `user` may read today, whoever was shown them before."""
        return self.filter(version__in=Version.objects.visible_to(user))


class Citation(models.Model):
    """A quote in a passage that an answer stands on."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="citations")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, related_name="citations")
    page = models.PositiveIntegerField(null=True)
    quote = models.TextField()
    start = models.PositiveIntegerField(default=0, help_text="Where in the passage's text.")
    end = models.PositiveIntegerField(default=0)
    verified = models.BooleanField(default=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_citation_a_number")
        ]

    def __str__(self):
        return f"[{self.number}] {self.version}"

    def get_absolute_url(self):
        return reverse("citation", args=[self.pk])
