"""Documents and search: what they connect when Django has loaded the models."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self):
        # Their receivers and checks are known from here on.
        from knowledge import checks, removal  # noqa: F401
