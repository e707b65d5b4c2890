"""Keys with which other tools ask in a person's name, and what was asked with them."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models import Collection

PREFIX = "hd"
SHOWN_CHARS = 8
WINDOW = timedelta(minutes=1)
# The process that answers a call tells that it goes on every BEAT seconds; silence is its end.
BEAT = 2.0
SILENCE = timedelta(seconds=8)


def digest(secret: str) -> str:
    """What is stored of a secret. It is long and random: a slow hash would add nothing."""
    return sha256(secret.encode(errors="replace")).hexdigest()


class ApiKeyQuerySet(models.QuerySet):
    def usable(self):
        """Those that open something today: in force, and of somebody who may sign in."""
        unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at__isnull=True, user__is_active=True)

    def kept_by(self, user):
        """Those that `user` may make and change: another person's would lend that one's rights."""
        return self.all() if user.is_superuser else self.filter(user=user)


class ApiKey(models.Model):
    """Lets a tool ask with the rights of `user`, as they are on that day.

    The secret itself is told once and not kept.
    """

    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it: “Slack bot”."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="api_keys",
        verbose_name=_("user"),
        help_text=_("Whoever holds the key asks with this person's rights."),
    )
    prefix = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(
        _("expires at"), null=True, blank=True, help_text=_("Empty: never.")
    )
    limited = models.BooleanField(
        _("only some collections"),
        default=False,
        help_text=_("It searches only the collections chosen below, where its user may read them."),
    )
    collections = models.ManyToManyField(
        Collection, blank=True, related_name="+", verbose_name=_("collections")
    )
    per_minute = models.PositiveIntegerField(
        _("questions a minute"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text=_("Further ones are refused until the minute is over."),
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    minute_began_at = models.DateTimeField(null=True, editable=False)
    minute_count = models.PositiveIntegerField(default=0, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    def make_secret(self) -> str:
        """Gives this unsaved key its secret, to be told now: it can't be had again."""
        shown = f"{PREFIX}_{secrets.token_hex(SHOWN_CHARS // 2)}"
        secret = f"{shown}_{secrets.token_urlsafe(32)}"
        self.prefix, self.digest = shown, digest(secret)
        return secret

    def revoke(self, by) -> None:
        """Ends it for good; the first time counts."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by = timezone.now(), by
            self.save(update_fields=["revoked_at", "revoked_by"])

    @property
    @admin.display(description=_("state"))
    def state(self) -> str:
        if self.revoked_at:
            return _("revoked")
        if self.expires_at and self.expires_at <= timezone.now():
            return _("expired")
        return _("in force") if self.user.is_active else _("its user is locked out")

    def scope(self) -> tuple[str, ...] | None:
        """The slugs that it searches; None for all that its user may read."""
        if not self.limited:
            return None
        return tuple(self.collections.values_list("slug", flat=True))

    def count(self) -> int:
        """Counts a use in one statement, from whatever process; gives the uses of this minute."""
        now = timezone.now()
        over = Q(minute_began_at__isnull=True) | Q(minute_began_at__lte=now - WINDOW)
        mine = ApiKey.objects.filter(pk=self.pk)
        mine.update(
            last_used_at=now,
            minute_count=Case(When(over, then=Value(1)), default=F("minute_count") + 1),
            minute_began_at=Case(When(over, then=Value(now)), default=F("minute_began_at")),
        )
        return mine.values_list("minute_count", flat=True).get()


class ApiCallQuerySet(models.QuerySet):
    def asking(self):
        """Those that are being answered, on whatever process; one of a dead process is cut off."""
        going_on = self.filter(outcome=ApiCall.Outcome.ASKING)
        dead = going_on.filter(heard_at__lt=Now() - SILENCE)
        dead.update(outcome=ApiCall.Outcome.CUT_OFF)
        return going_on

    def going_on(self, pk: int) -> None:
        """Notes that its process lives."""
        self.filter(pk=pk, outcome=ApiCall.Outcome.ASKING).update(heard_at=Now())


class ApiCall(models.Model):
    """One question asked with a key, for the statistics: without its text and its answer.

    While it is answered, it takes one of its person's places.
    """

    class Outcome(models.TextChoices):
        ASKING = "asking", _("being answered")
        ANSWERED = "answered", _("answered")
        DECLINED = "declined", _("declined")
        CUT_OFF = "cut_off", _("cut off")
        FAILED = "failed", _("failed")

    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="calls")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ASKING)
    engine = models.CharField(max_length=100, blank=True)
    timings_ms = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    heard_at = models.DateTimeField(db_default=Now())

    objects = ApiCallQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["key"],
                condition=models.Q(outcome="asking"),
                name="api_calls_being_answered",
            )
        ]

    def __str__(self):
        return f"{self.outcome}, {self.created_at:%Y-%m-%d}"
