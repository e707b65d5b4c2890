"""Importing and exporting pairs in the admin: a file, a preview, a confirmation."""

from datetime import timedelta

from django.contrib import messages
from django.core.files.storage import default_storage
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.admin import ExportActionMixin, ImportMixin
from import_export.forms import ExportForm
from import_export.tmp_storages import MediaStorage

from knowledge.errors import KnowledgeError
from tuning.errors import TuningError
from tuning.formats import FORMATS
from tuning.models import QAPair
from tuning.resources import PairResource

# What was looked at and never confirmed is kept so long.
FOLDER = "pairs-to-import"
KEPT = timedelta(days=1)


def forget_old():
    """Deletes the files of imports that nobody confirmed."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if timezone.now() - default_storage.get_modified_time(path) > KEPT:
            default_storage.delete(path)


class ExchangeMixin(ImportMixin, ExportActionMixin):
    resource_classes = [PairResource]
    export_form_class = ExportForm
    # Where every web process finds the file between the preview and the confirmation.
    tmp_storage_class = MediaStorage
    import_template_name = "tuning/import.html"
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    change_form_template = None
    show_change_form_export = False

    def get_import_formats(self):
        return FORMATS

    def get_export_formats(self):
        return FORMATS

    def has_import_permission(self, request):
        return request.user.has_perm("tuning.add_qapair")

    def has_export_permission(self, request):
        return request.user.has_perm("tuning.view_qapair")

    def get_valid_export_item_pks(self, request):
        return QAPair.objects.visible_to(request.user).values_list("pk", flat=True)

    def add_data_read_fail_error_to_form(self, form, e):
        told = str(e) if isinstance(e, TuningError | KnowledgeError) else ""
        form.add_error("import_file", told or _("The file can't be read in the chosen format."))

    def get_tmp_storage_class_kwargs(self):
        return {"MEDIA_FOLDER": FOLDER}

    def write_to_tmp_storage(self, import_file, input_format):
        forget_old()
        return super().write_to_tmp_storage(import_file, input_format)

    def process_import(self, request, **kwargs):
        try:
            return super().process_import(request, **kwargs)
        except (FileNotFoundError, TuningError, KnowledgeError):
            messages.error(request, _("The file is not there any more: choose it again."))
            return redirect("admin:tuning_qapair_import")

    def process_result(self, result, request):
        """Tells what came of it: what could be read at the preview may be gone by now."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, _("Not all pairs could be imported: try the file again."))
        return super().process_result(result, request)

    def add_success_message(self, result, request):
        new, known = result.totals["new"], result.totals["skip"]
        told = ngettext("%(count)d pair imported.", "%(count)d pairs imported.", new)
        there = ngettext("%(count)d was there already.", "%(count)d were there already.", known)
        said = [told % {"count": new}, *([there % {"count": known}] if known else [])]
        messages.success(request, " ".join(said))
