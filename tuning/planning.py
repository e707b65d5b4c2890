"""A run before its start: the pairs it would learn from, what stands against it, what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import showing
from tuning import closing, estimating, preflight, presets, remote, sizes
from tuning.errors import TuningError
from tuning.models import Dataset, Example, QAPair, Run

# A model with fewer is shown chosen sentences: whole passages are too much for it.
SMALL_PARAMETERS = 100_000_000
# The width that options are made for while the model is not here yet.
UNKNOWN_WIDTH = 2048


@dataclass(frozen=True)
class Plan:
    """What somebody chose for a run; `dataset` is None where the pairs of now are to be taken."""

    by: object
    base_model: str
    preset: str = presets.DEFAULT
    trainer: str = Run.Trainer.LOCAL
    groups: Sequence[Group] = ()
    dataset: Dataset | None = None
    context: str = ""
    changes: dict = field(default_factory=dict)

    @property
    def size(self) -> sizes.Size | None:
        return sizes.size_of(self.base_model) if self.trainer == Run.Trainer.LOCAL else None

    @property
    def options(self) -> dict:
        width, parameters = UNKNOWN_WIDTH, presets.SPARED_FROM
        if self.size:
            width, parameters = self.size.width, self.size.parameters
        return presets.options(self.preset, width, parameters, **self.changes)

    @property
    def shows(self) -> str:
        """What the model is shown: as chosen, else as its size asks for."""
        if self.context:
            return self.context
        small = self.size and self.size.parameters < SMALL_PARAMETERS
        return showing.SENTENCES if small else showing.PASSAGES

    def pairs(self):
        """The approved pairs that the run would take."""
        return QAPair.objects.visible_to(self.by).approved().order_by("pk")

    def texts(self) -> list[tuple[str, str]]:
        rows = self.dataset.examples if self.dataset else self.pairs()
        return list(rows.values_list("question", "answer"))

    def report(self) -> preflight.Report:
        """What the preflight says of the pairs; of a dataset, what it said when it was taken.

        A dataset that rests on what was closed since is blocked.
        """
        if not self.dataset:
            return preflight.examine(self.pairs(), list(self.groups) or None)
        kept = preflight.Report.from_dict(self.dataset.preflight)
        closed = closing.why(self.dataset)
        found = [preflight.Finding("restricted", True, closed)] if closed else []
        return preflight.Report.of([*found, *kept.findings], kept.counts)

    def estimate(self) -> estimating.Estimate | None:
        if self.trainer != Run.Trainer.LOCAL:
            return None
        return estimating.estimate(self.base_model, self.options, self.texts(), self.shows)

    @property
    def sent(self) -> str:
        """What the evaluation after it sends to the service that trains; empty for none."""
        from tuning.evaluating import sending

        if self.trainer != Run.Trainer.OPENAI:
            return ""
        frozen = self.dataset.counts().get(Example.Split.TEST) if self.dataset else None
        return sending.told(frozen or sending.expected(len(self.texts())))

    def start(self) -> Run:
        """Takes the pairs and queues the run. Raises TuningError while something blocks it."""
        check_trainer(self.trainer)
        check_model(self)
        report, estimate = self.report(), self.estimate()
        if report.blocking:
            raise TuningError(" ".join(str(found.message) for found in report.blocking[:3]))
        with transaction.atomic():
            dataset = self.dataset or Dataset.objects.take(self.by, self.groups, report.as_dict())
            return Run.objects.start(
                dataset,
                self.by,
                trainer=self.trainer,
                base_model=self.base_model,
                context=self.shows,
                preset=self.preset,
                options=self.options,
                estimate=estimate.as_dict() if estimate else {},
            )


def check_trainer(trainer: str) -> None:
    if trainer == Run.Trainer.OPENAI and not remote.available():
        raise TuningError(_("OpenAI's service takes a key: set TUNING_API_KEY."))


def check_model(plan: Plan) -> None:
    """Raises TuningError for a folder without a model, and for one that a service can't know."""
    folder = Path(plan.base_model)
    if plan.trainer == Run.Trainer.LOCAL and folder.is_absolute() and not folder.is_dir():
        told = _("There is no folder %(model)s: look at BASE_MODEL.")
        raise TuningError(told % {"model": plan.base_model})
    if plan.trainer == Run.Trainer.OPENAI and (folder.is_absolute() or folder.is_dir()):
        raise TuningError(_("Name one of the service's models, as gpt-4.1-mini-2025-04-14."))
