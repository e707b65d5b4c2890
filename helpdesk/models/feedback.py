"""Feedback: what a person thinks of an answer, and what staff make of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.models.conversations import Citation, Message
from helpdesk.models.engines import Engine
from knowledge.models import ClosedVersion, Version


def forget(collector, field, feedback, using):
    """Takes away with an answer, or a person, what was said; that it was said stays, as a count."""
    gone = {"comment": "", "reply": "", "reply_url": "", "versions": (), "user": None}
    for name, value in (gone | {"message": None}).items():
        collector.add_field_update(Feedback._meta.get_field(name), value, feedback)


def among(value, array):
    """Whether `value` is one of an array's; the value's index serves."""
    one_of = Func(array, function="ANY", output_field=models.BigIntegerField())
    is_one = {"template": "%(expressions)s", "arg_joiner": " = "}
    return Func(value, one_of, output_field=models.BooleanField(), **is_one)


class FeedbackQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The feedback that `user` may read as staff, with the question and the answer it is on.

        It takes the permission, and the right to read everything that the answer draws on. Who
        might read a document that is gone can't be told any more: unless everyone might, only a
        superuser sees what was made of it.
        """
        if not user.has_perm("helpdesk.view_feedback"):
            return self.none()
        kept = self.filter(message__isnull=False)
        if user.is_superuser:
            return kept
        drawn_on = Version.objects.filter(among(F("pk"), OuterRef("versions")))
        hidden = drawn_on.closed_to(user)
        closed = ClosedVersion.objects.filter(among(F("pk"), OuterRef("versions")))
        counted = drawn_on.order_by().values(all=Value(1)).annotate(count=Count("pk"))
        there = Coalesce(Subquery(counted.values("count")), 0)
        whole = Q(restricted=False) | Q(there=Coalesce(F("versions__len"), 0))
        return kept.filter(~Exists(hidden), ~Exists(closed)).alias(there=there).filter(whole)

    def given_by(self, user):
        """The person's own, on answers that are still there."""
        return self.filter(user=user, message__isnull=False)

    def news_for(self, user):
        """Replies to the person's feedback that they have not seen yet."""
        answered = self.given_by(user).filter(state=Feedback.State.ANSWERED, seen_at=None)
        return answered.select_related("message__conversation").order_by("-handled_at")

    def seen(self, user, conversation) -> None:
        """Notes that the person sees what they were told in a conversation."""
        told = self.news_for(user).filter(message__conversation=conversation)
        told.order_by().update(seen_at=timezone.now())


class Feedback(models.Model):
    """One person's thumb on one answer, with reasons and a comment where they gave some."""

    class Verdict(models.TextChoices):
        UP = "up", _("Helpful")
        DOWN = "down", _("Not helpful")

    class Reason(models.TextChoices):
        WRONG = "wrong", _("Wrong")
        INCOMPLETE = "incomplete", _("Incomplete")
        OUTDATED = "outdated", _("Out of date")
        UNHELPFUL = "unhelpful", _("Does not help me")
        TONE = "tone", _("The tone")

    class State(models.TextChoices):
        NEW = "new", _("New")
        IN_WORK = "in_work", _("In work")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    OPEN = (State.NEW, State.IN_WORK)

    message = models.ForeignKey(Message, forget, null=True, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, forget, null=True, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict)
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason), default=list)
    comment = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    engine = models.CharField(max_length=100, blank=True, help_text="What gave the answer.")
    versions = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of all that the answer draws on."
    )
    restricted = models.BooleanField(
        default=False, help_text="Not everyone might read what the answer draws on."
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True, help_text="What the person is told.")
    reply_url = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(null=True, help_text="When the person saw the reply.")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(auto_now=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("view_dashboard", _("Can see the dashboard"))]
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="one_feedback_a_person")
        ]
        indexes = [models.Index(fields=["-created_at"], name="feedback_by_time")]

    def __str__(self):
        return f"{self.verdict} {self.pk}"

    @classmethod
    def give(cls, message, user, verdict, reasons=(), comment="") -> "Feedback":
        """Keeps what a person thinks of an answer. A change of it is new again to staff."""
        drawn = drawn_on(message)
        open_to_all = Version.objects.filter(document__collection__open_to_all=True, pk__in=drawn)
        given, _made = cls.objects.update_or_create(
            message=message,
            user=user,
            defaults={
                "verdict": verdict,
                "reasons": list(reasons),
                "comment": comment,
                "state": cls.State.NEW,
                "engine": message.engine,
                "versions": drawn,
                "restricted": open_to_all.count() < len(drawn),
            },
        )
        return given

    def take_up(self, by) -> None:
        """Somebody looks after it from now on."""
        self.handle(by, self.State.IN_WORK)

    def answer(self, by, reply: str, url: str = "") -> None:
        """Tells the person that their question is answered now."""
        self.handle(by, self.State.ANSWERED, reply=reply, reply_url=url, seen_at=None)

    def close(self, by) -> None:
        """Nothing more comes of it."""
        self.handle(by, self.State.CLOSED)

    def handle(self, by, state, **values) -> None:
        """Writes the state and who set it; what the person changes meanwhile stays."""
        values |= {"state": state, "handled_by": by, "handled_at": timezone.now()}
        for name, value in values.items():
            setattr(self, name, value)
        # Never save(): one that was taken back meanwhile must not come back.
        Feedback.objects.filter(pk=self.pk, message__isnull=False).update(**values)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def reason_labels(self) -> list:
        """The reasons in words, in the order in which they are asked for."""
        return [label for value, label in self.Reason.choices if value in self.reasons]


def drawn_on(message) -> list[int]:
    """Ids of all the versions that an answer draws on, and the question before it may.

    A model is shown the turns before, and may repeat out of them.
    """
    answers = Message.objects.filter(conversation=message.conversation_id, pk__lte=message.pk)
    if message.engine == Engine.Kind.QUOTES:
        answers = answers.filter(pk=message.pk)
    cited = Citation.objects.filter(message__in=answers).order_by()
    drawn = set(cited.values_list("version_id", flat=True))
    for versions in answers.values_list("versions", flat=True):
        drawn.update(versions)
    return sorted(drawn)
