"""The work on a run, from being taken up to its end, whichever trainer does it."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress

from django.utils.translation import gettext as _

from knowledge.errors import KnowledgeError
from tuning import dataset, local, remote
from tuning.errors import TuningError
from tuning.models import Evaluation, Run

logger = logging.getLogger(__name__)

TRAINERS = {Run.Trainer.LOCAL: local.train, Run.Trainer.OPENAI: remote.train}


def work_by_id(run_id: int, stopping: Callable[[], bool]) -> None:
    """Works on a run. `stopping` tells that the worker is to end: then it is queued again."""
    run = Run.objects.filter(pk=run_id).first()
    # Gone, cancelled, or in other hands: there is nothing to tell anybody.
    with suppress(Run.DoesNotExist):
        if run:
            run.take_up()
            work(run, stopping)


def work(run: Run, stopping: Callable[[], bool]) -> None:
    try:
        prepare(run)
        TRAINERS[run.trainer](run, stopping)
        compare(run)
    except (TuningError, KnowledgeError) as error:
        run.fail(str(error))
    except OSError as error:
        from tuning import endings, failures

        run.fail(endings.sentence(failures.of(error, run.folder.parent).code))
    except Run.DoesNotExist:
        raise
    except Exception:
        run.fail(_("The work ended in an error that nobody foresaw; the worker's log shows it."))
        raise


def compare(run: Run) -> None:
    """Queues the comparison of what a run has made, once it is done."""
    run.refresh_from_db()
    if run.state == Run.State.DONE:
        Evaluation.objects.ask(run, run.started_by)


def prepare(run: Run) -> None:
    """Freezes the dataset and writes the folder of the run; what is there already stays."""
    run.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (run.folder / "config.json").exists():
        return
    dataset.freeze(run.dataset, run.started_by, beat=run.note)
    run.tell(_("The dataset is frozen: %(hash)s.") % {"hash": run.dataset.sha256[:12]})
    counts = dataset.write(run.dataset, run.context, run.folder)
    told = _("%(train)d lines to train on, %(validation)d to validate, %(test)d to test.")
    run.tell(told % counts)
    config = {
        "run": run.pk,
        "dataset_sha256": run.dataset.sha256,
        "context": run.context,
        "base_model": run.base_model,
        "base_revision": run.base_revision,
        "options": run.options,
    }
    # Written last: with it the folder is whole.
    (run.folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
