"""The desk itself: what it connects when Django has loaded the models."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = _("Help desk")

    def ready(self):
        from helpdesk import checks  # noqa: F401 - registers the checks
        from helpdesk.models import outliving  # noqa: F401 - listens to deletions
        from helpdesk.uses import Uses
        from knowledge import uses

        uses.register(Uses())
