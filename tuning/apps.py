"""Tuning: what it connects when Django has loaded the models."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext
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

        correct = AnswerLink(correction, "tuning.add_qapair", correct_answer)
        answer_links.register("correct_answer", correct)


def correction(message_pk: int) -> str:
    """What a correction of the answer is called, from how far one has come."""
    from tuning.models import QAPair

    status = QAPair.objects.filter(message=message_pk).values_list("status", flat=True).first()
    if status is None:
        return gettext("Correct this answer")
    if status in (QAPair.Status.DRAFT, QAPair.Status.REJECTED):
        return gettext("Go on with its correction")
    return gettext("See its correction")


def correct_answer(message_pk: int) -> str:
    return reverse("correct_answer", args=[message_pk])
