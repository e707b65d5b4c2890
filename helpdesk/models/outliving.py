"""What an answer draws on outlives its citations: they go with a document that is deleted."""

from django.db.models import F, Func, Value
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from helpdesk.models.conversations import Message
from knowledge.models import Version


@receiver(pre_delete, sender=Version)
def remember(instance, **kwargs):
    """An answer that cites a restricted version goes on telling that it draws on it."""
    if instance.document.collection.open_to_all:
        return
    drawn = Message._meta.get_field("versions")
    added = Func(F("versions"), Value(instance.pk), function="array_append", output_field=drawn)
    citing = Message.objects.filter(citations__version=instance)
    citing.exclude(versions__contains=[instance.pk]).update(versions=added)
