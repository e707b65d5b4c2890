"""Pairs for django-import-export: what it calls a resource."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources

from tuning import cells
from tuning.errors import TuningError
from tuning.exchange import Importer, as_row, check
from tuning.models import QAPair


class PairResource(resources.ModelResource):
    """A row is brought in by the same verbs as a pair by hand, or left out where it is there."""

    question = fields.Field(column_name="question")
    answer = fields.Field(column_name="answer")
    tags = fields.Field(column_name="tags")
    sources = fields.Field(column_name="sources")
    status = fields.Field(column_name="status")

    class Meta:
        model = QAPair
        fields = cells.COLUMNS
        import_id_fields = []
        skip_diff = True
        store_instance = True
        use_transactions = True

    def before_import(self, dataset, **kwargs):
        names = [str(name).strip().lower() for name in dataset.headers or []]
        missing = [name for name in ("question", "answer") if name not in names]
        self.importer = Importer(kwargs["user"], kwargs.get("file_name") or "")
        if missing:
            told = _("The file has no column “%(name)s” in its first row.")
            raise TuningError(told % {"name": missing[0]})
        if twice := [name for name in cells.COLUMNS if names.count(name) > 1]:
            told = _("The column “%(name)s” stands in the first row twice.")
            raise TuningError(told % {"name": twice[0]})

    def get_or_init_instance(self, instance_loader, row):
        """An unsaved pair that carries its row, for the preview."""
        pair = QAPair()
        pair.row = cells.from_cells(row)
        return pair, True

    def import_instance(self, instance, row, **kwargs):
        try:
            check(instance.row)
            self.importer.sources_of(instance.row)
        except TuningError as error:
            raise ValidationError(str(error)) from None
        instance.question, instance.answer = instance.row.question, instance.row.answer
        instance.tags = list(instance.row.tags)
        instance.status = self.importer.status_of(instance.row)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not import_validation_errors and self.importer.is_known(instance.row)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        instance.pk = self.importer.bring(instance.row).pk

    def save_m2m(self, instance, row, **kwargs):
        """Its sources came with it."""

    def filter_export(self, queryset, **kwargs):
        return queryset.order_by("pk").prefetch_related("sources__document__collection")

    def export_field(self, field, instance, **kwargs):
        if not hasattr(instance, "cells"):
            instance.cells = cells.to_cells(as_row(instance))
        return instance.cells[field.column_name]
