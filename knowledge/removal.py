"""What goes with a version: its file and its pictures, once the database has let go of its row."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import CASCADE
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from knowledge import pictures, uses
from knowledge.models import ClosedVersion, Document, Passage, Version

LATELY = timedelta(days=90)


@receiver(pre_delete, sender=Version)
def wait_for_publishing(instance, using, **kwargs):
    """A worker that publishes the document now is done first, and its passages go too."""
    Document.objects.using(using).select_for_update().filter(pk=instance.document_id).first()
    Passage.objects.using(using).filter(version=instance).only("pk").delete()


@receiver(pre_delete, sender=Version)
def remember(instance, using, **kwargs):
    """What was made of a restricted version stays closed when that is deleted."""
    if not instance.document.collection.open_to_all:
        ClosedVersion.objects.using(using).get_or_create(pk=instance.pk)


@receiver(post_delete, sender=Version)
def remove_file(instance, using, **kwargs):
    """Files go after the commit: a deletion that is rolled back has lost nothing."""
    name, sha256 = instance.file.name, instance.sha256
    transaction.on_commit(lambda: clear(name, sha256), using=using)


def clear(name: str, sha256: str):
    """Removes a stored file and its pictures, unless another version needs them."""
    if name and not Version.objects.filter(file=name).exists():
        default_storage.delete(name)
    if sha256 and not Version.objects.filter(sha256=sha256).exists():
        pictures.forget(sha256)


def consequences(*documents) -> list[tuple[int, str]]:
    """What deleting the documents takes with them: how many, of what, as in (2, "versions")."""
    versions = Version.objects.filter(document__in=documents)
    counts = [(versions.count(), Version), *((falling(one, versions), one) for one in dependents())]
    return [(count, noun(one, count)) for count, one in counts if count]


def answered_lately(document) -> int:
    """How many questions of the last 90 days were answered from `document`."""
    return uses.count(document, timezone.now() - LATELY)


def dependents() -> list:
    """The relations whose rows fall with a version: passages, and what other apps hang on it."""
    return [
        relation
        for relation in Version._meta.get_fields(include_hidden=True)
        if relation.one_to_many
        and relation.on_delete is CASCADE
        and not relation.related_model._meta.auto_created
    ]


def falling(relation, versions) -> int:
    rows = relation.related_model._base_manager
    return rows.filter(**{f"{relation.field.name}__in": versions}).count()


def noun(relation, count: int) -> str:
    meta = relation._meta if relation is Version else relation.related_model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
