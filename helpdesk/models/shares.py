"""Links by which a person shows an answer to colleagues."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from helpdesk.models.conversations import Message


def new_token() -> str:
    return secrets.token_urlsafe(24)


class ShareQuerySet(models.QuerySet):
    def live(self):
        """Those that lead somewhere: an answer that was made anew has no link any more."""
        return self.filter(expires_at__gt=Now(), answer__earlier=False)


class Share(models.Model):
    """A link to one answer with its question, or with all that stood before it."""

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    answer = models.ForeignKey(Message, models.CASCADE, related_name="shares")
    whole = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"Link to answer {self.answer_id}"

    def get_absolute_url(self):
        return reverse("shared", args=[self.token])

    @classmethod
    def make(cls, answer: Message, days: int, whole: bool = False) -> "Share":
        expires_at = timezone.now() + timedelta(days=days)
        return cls.objects.create(answer=answer, whole=whole, expires_at=expires_at)

    def messages(self):
        """What the link shows: nothing that was asked again, and nothing that a person answered."""
        rows = self.before().filter(role__in=[Message.Role.USER, Message.Role.ASSISTANT])
        if self.whole:
            return rows
        asked = rows.filter(role=Message.Role.USER).last()
        return rows.filter(pk__in=[self.answer_id, asked.pk if asked else 0])

    def before(self):
        """The answer and what stood before it: it may repeat any of that."""
        rows = Message.objects.filter(conversation=self.answer.conversation_id, earlier=False)
        return rows.filter(pk__lte=self.answer_id)
