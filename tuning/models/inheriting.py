"""A pair inherits the rights of its sources, and keeps them when a source is deleted."""

from django.db.models import signals
from django.dispatch import receiver

from knowledge.models import Collection
from tuning.models.pairs import QAPair


@receiver(signals.m2m_changed, sender=QAPair.sources.through)
def inherit(sender, instance, action, reverse, **kwargs):
    """Notes whose rights a pair has. A source that is deleted sends no such signal: they stay."""
    if not reverse and action in ("post_add", "post_remove", "post_clear"):
        held = Collection.objects.filter(documents__versions__in=instance.sources.values("pk"))
        instance.inherits.set(held.distinct())


@receiver(signals.pre_delete, sender=Collection)
def withhold(sender, instance, **kwargs):
    """What came from a restricted collection stays restricted when that is deleted."""
    if not instance.open_to_all:
        QAPair.objects.filter(inherits=instance).update(withheld=True)
