"""Datasets: the approved pairs of a moment, frozen, so that a run can be told and repeated."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.models.feedback import among
from knowledge.models import ClosedVersion, Collection, Version
from tuning.errors import TuningError
from tuning.models.pairs import QAPair


class DatasetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The datasets whose texts `user` may read: those for them, of what they may still read.

        A document that was closed since, or deleted when it was not for everyone, takes a dataset
        with it.
        """
        if not user.has_perm("tuning.view_run"):
            return self.none()
        if user.is_superuser:
            return self
        theirs = Group.objects.filter(user=user)
        for_them = self.filter(models.Q(groups=None) | models.Q(groups__in=theirs)).distinct()
        resting = Example.objects.filter(dataset=models.OuterRef("pk")).hidden_from(user)
        return for_them.exclude(models.Exists(resting))

    @transaction.atomic
    def take(self, by, groups=(), preflight=None):
        """Freezes the approved pairs that `by` may see; gives the dataset.

        `groups` are those that an adapter trained on it is for, none: everyone. `preflight` is the
        report as data. Raises TuningError for a pair that not all of them may read.
        """
        pairs = QAPair.objects.visible_to(by).filter(status=QAPair.Status.APPROVED)
        pairs = list(pairs.order_by("pk").prefetch_related("sources", "inherits"))
        if not pairs:
            raise TuningError(_("No pair is approved yet: there is nothing to train on."))
        check_readers(pairs, groups)
        dataset = self.create(created_by=by, preflight=preflight or {})
        dataset.groups.set(groups)
        Example.objects.bulk_create(Example.of(dataset, pair) for pair in pairs)
        return dataset


class Dataset(models.Model):
    """What a run learns from. Its texts never change; its splits and passages are found once."""

    groups = models.ManyToManyField(
        Group, blank=True, related_name="+", help_text="Whom it may train for; none: everyone."
    )
    preflight = models.JSONField(default=dict, help_text="The report on the pairs, as data.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of all that is frozen.")
    frozen_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        count = self.examples.count()
        pairs = ngettext("%(count)d pair", "%(count)d pairs", count) % {"count": count}
        return f"{pairs}, {date_format(timezone.localtime(self.created_at), _('j F Y, H:i'))}"

    def counts(self):
        """How many examples each split has, by its name."""
        rows = self.examples.order_by().values_list("split").annotate(models.Count("pk"))
        return dict(rows)

    def collections(self):
        """The collections that all whom it trains for may read."""
        if not self.pk or not self.groups.exists():
            return Collection.objects.filter(open_to_all=True)
        return Collection.objects.filter(pk__in=readable(list(self.groups.all())))

    def closed(self):
        """The examples that not all whom it trains for may read any more."""
        return self.examples.resting_on(Collection.objects.exclude(pk__in=self.collections()))


class ExampleQuerySet(models.QuerySet):
    def hidden_from(self, user):
        """Those with a source, or a passage shown beside it, that `user` may not read."""
        return self.resting_on(Collection.objects.closed_to(user))

    def resting_on(self, closed):
        """Those with a source, or a passage shown beside it, in one of the collections `closed`.

        Whose a restricted version was that is deleted can't be told any more: it counts as closed.
        """
        source = among(models.F("pk"), models.OuterRef("versions"))
        there = Version.objects.filter(source, document__collection__in=closed.values("pk"))
        gone = ClosedVersion.objects.filter(source)
        shown = [
            models.Q(passages__contains=[{"collection": slug}])
            for slug in closed.values_list("slug", flat=True)
        ]
        return self.filter(reduce(or_, shown, models.Exists(there) | models.Exists(gone)))


class Example(models.Model):
    """A pair as it was when the dataset was taken, with the passages that search found for it."""

    class Split(models.TextChoices):
        TRAIN = "train", gettext_lazy("training")
        VALIDATION = "validation", gettext_lazy("validation")
        TEST = "test", gettext_lazy("test")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="examples")
    pair = models.ForeignKey(QAPair, models.SET_NULL, null=True, related_name="+")
    question = models.TextField()
    answer = models.TextField()
    versions = ArrayField(models.BigIntegerField(), default=list, help_text="Its sources' ids.")
    meaning = models.CharField(max_length=64, blank=True, help_text="Its paraphrases share it.")
    split = models.CharField(max_length=10, choices=Split, blank=True)
    passages = models.JSONField(default=list, help_text="What search found, as plain values.")

    objects = ExampleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.question[:80]

    @classmethod
    def of(cls, dataset, pair):
        """An unsaved example of a pair as it is now."""
        versions = sorted(version.pk for version in pair.sources.all())
        values = {"question": pair.question, "answer": pair.answer, "versions": versions}
        return cls(dataset=dataset, pair=pair, **values)


def readable(groups):
    """The keys of the collections that every one of `groups` may read."""
    found = Collection.objects.prefetch_related("groups")
    keys = {group.pk for group in groups}
    return [
        one.pk
        for one in found
        if one.open_to_all or keys and keys <= {g.pk for g in one.groups.all()}
    ]


def check_readers(pairs, groups):
    """Raises TuningError when a pair rests on what not everyone in `groups` may read."""
    allowed = set(readable(list(groups)))
    closed = [
        pair
        for pair in pairs
        if pair.withheld or any(one.pk not in allowed for one in pair.inherits.all())
    ]
    if closed:
        raise TuningError(
            ngettext(
                "%(count)d pair rests on a restricted document, as “%(first)s” does. Restrict the "
                "run to the groups that may read it, or leave the pair out.",
                "%(count)d pairs rest on restricted documents, as “%(first)s” does. Restrict the "
                "run to the groups that may read them, or leave the pairs out.",
                len(closed),
            )
            % {"count": len(closed), "first": closed[0]}
        )
