from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk import answer_links
from helpdesk.answer_links import AnswerLink


class TuningConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "tuning"
    verbose_name = _("Tuning")

    def ready(self):
        from knowledge.demo import company
        from tuning import switching  # noqa: F401 - its receiver listens
        from tuning.demo import loading
        from tuning.models import inheriting  # noqa: F401 - as do its own

        company.also(loading.load)

        correct = AnswerLink(_("Correct this answer"), "tuning.add_qapair", correct_answer)
        answer_links.register("correct_answer", correct)


def correct_answer(message_pk: int) -> str:
    return reverse("correct_answer", args=[message_pk])
