"""Curated answers: what a team has written and checked, given word for word to its question."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from knowledge.models import Index, Passage, Version


def answers_today(prefix: str = "", today=None) -> Q:
    """That a version answers today: it is published, and its days have not run out unnoticed."""
    today = today or timezone.localdate()
    return (
        Q(**{f"{prefix}status": Version.Status.READY})
        & (Q(**{f"{prefix}effective_from": None}) | Q(**{f"{prefix}effective_from__lte": today}))
        & (Q(**{f"{prefix}expires_on": None}) | Q(**{f"{prefix}expires_on__gte": today}))
    )


class CuratedAnswerQuerySet(models.QuerySet):
    def resting_on(self, versions):
        """Those all of whose sources are among `versions`, a queryset; a source that is gone is
        among none."""
        others = CuratedSource.objects.filter(answer=OuterRef("pk")).exclude(
            version__isnull=False, version__in=versions
        )
        return self.filter(~Exists(others))

    def open_to(self, user):
        """Those whose sources `user` may read, every one of them."""
        if user.is_active and user.is_superuser:
            return self
        return self.resting_on(Version.objects.visible_to(user).values("pk"))

    def visible_to(self, user):
        """Those that `user` may look at as staff."""
        if not user.has_perm("helpdesk.view_curatedanswer"):
            return self.none()
        return self.open_to(user)

    def answering(self, user, today=None):
        """Those that answer `user` today: not paused, not expired, with every source as it was
        checked and open to the person."""
        today = today or timezone.localdate()
        return self.resting_on(
            Version.objects.visible_to(user).filter(answers_today(today=today)).values("pk")
        ).filter(
            Q(expires_on=None) | Q(expires_on__gte=today),
            ~Exists(CuratedSource.objects.filter(answer=OuterRef("pk"), passage=None)),
            active=True,
        )


class CuratedAnswer(models.Model):
    """A question with its checked answer. In the Markdown, [n] stands for source n."""

    class State(models.TextChoices):
        ANSWERS = "answers", _("Answers")
        PAUSED = "paused", _("Paused")
        EXPIRED = "expired", _("Expired")
        STALE = "stale", _("A source has changed")

    question = models.TextField(_("question"))
    answer = models.TextField(_("answer"))
    team = models.CharField(
        _("team"), max_length=60, help_text=_("Who answers for it, as people know them.")
    )
    checked_on = models.DateField(_("checked on"))
    expires_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: as long as its sources hold.")
    )
    active = models.BooleanField(_("active"), default=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = CuratedAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["question"]
        verbose_name = _("curated answer")
        verbose_name_plural = _("curated answers")

    def __str__(self):
        return self.question[:100]

    def get_absolute_url(self):
        return reverse("curated_answer", args=[self.pk])

    @property
    def state(self) -> str:
        """Whether it answers, and why not; needs `sources__version` at hand."""
        today = timezone.localdate()
        if not self.active:
            return self.State.PAUSED
        if self.expires_on and self.expires_on < today:
            return self.State.EXPIRED
        whole = all(source.holds(today) for source in self.sources.all())
        return self.State.ANSWERS if whole else self.State.STALE

    def pause(self):
        """Lets the desk answer the question from the documents again."""
        self._set(active=False)

    def resume(self):
        """Lets it answer again, where its sources still hold."""
        self._set(active=True)

    def check_again(self, by, expires_on=None):
        """Notes that somebody has looked today and found it right; it answers until a new day."""
        today = timezone.localdate()
        self._set(approved_by=by, checked_on=today, expires_on=expires_on)

    def _set(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=[*values, "updated_at"])


class CuratedPhrasing(models.Model):
    """A way to ask for a curated answer, with its vector in the active index."""

    answer = models.ForeignKey(CuratedAnswer, models.CASCADE, related_name="phrasings")
    text = models.TextField()
    index = models.ForeignKey(Index, models.SET_NULL, null=True, related_name="+")
    vector = HalfVectorField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text[:100]


class CuratedSource(models.Model):
    """A quote that a curated answer rests on, in the version that was current when it was checked.

    Where the version or the passage is gone, the answer stops: nobody can tell any more who may
    read it, or whether it still says so.
    """

    answer = models.ForeignKey(CuratedAnswer, models.CASCADE, related_name="sources")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, models.SET_NULL, null=True, related_name="+")
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, related_name="+")
    quote = models.TextField()
    start = models.PositiveIntegerField(default=0, help_text="Where in the passage's text.")
    end = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="one_curated_source_a_number")
        ]

    def __str__(self):
        return f"[{self.number}] {self.version}"

    def holds(self, today) -> bool:
        """Whether the quote stands in a version that answers today."""
        version = self.version
        if version is None or self.passage_id is None or version.status != Version.Status.READY:
            return False
        begun = version.effective_from is None or version.effective_from <= today
        return begun and (version.expires_on is None or version.expires_on >= today)
