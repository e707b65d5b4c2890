"""The jobs of the tuning worker, and what is looked after every minute."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)


@app.task(queue="tuning", pass_context=True)
def tune(context: JobContext, run_id: int) -> None:
    """Works on a run until it ends; one that lost its worker goes on from its last checkpoint."""
    from tuning import working

    working.work_by_id(run_id, stopping=context.should_abort)


@app.task(queue="tuning")
def evaluate(evaluation_id: int) -> None:
    """Compares a finished run's model with its base and with the engine that answers."""
    from tuning.evaluating import measuring

    measuring.measure_by_id(evaluation_id)


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="trip", lock="trip")
def trip(timestamp: int) -> None:
    """Rolls a tuned model back that fares badly, or rests on what was closed to some it answers."""
    from tuning import tripping

    tripping.trip()


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="keep_ready", lock="keep_ready")
def keep_ready(timestamp: int) -> None:
    """Has the tuned model that answers served again where a restart has forgotten it."""
    from tuning import serving
    from tuning.errors import TuningError

    try:
        serving.keep_ready()
    except TuningError as error:
        logger.warning("The tuned model that answers is not served: %s", error)
