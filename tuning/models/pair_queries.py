"""Which pairs somebody may see, and which no longer stand on what they were written from."""

from django.db import models

from knowledge.models import Collection, Version


class QAPairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What a curator may see: a pair inherits the rights of all its sources.

        It keeps those of a source that was deleted since.
        """
        if not user.has_perm("tuning.view_qapair"):
            return self.none()
        if user.is_superuser:
            return self
        versions = Version.objects.closed_to(user)
        collections = Collection.objects.closed_to(user)
        found = self.exclude(sources__in=versions).exclude(inherits__in=collections)
        return found.exclude(withheld=True)

    def approved(self):
        return self.filter(status="approved")

    def approved_alone(self):
        """Those that were approved by whoever wrote or last edited them."""
        own = models.Q(reviewer=models.F("author")) | models.Q(reviewer=models.F("edited_by"))
        return self.approved().filter(own)

    def outdated(self):
        """The pairs of which a source is not what its document says today."""
        through = self.model.sources.through.objects.filter(qapair=models.OuterRef("pk"))
        other = through.exclude(version__document__current=models.F("version"))
        same = models.Q(version__document__current__sha256=models.F("version__sha256"))
        return self.filter(models.Exists(other.exclude(same)))
