from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TuningConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "tuning"
    verbose_name = _("Tuning")

    def ready(self):
        from tuning.models import inheriting  # noqa: F401 - its receivers listen
