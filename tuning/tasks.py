"""The jobs of the tuning worker."""

from procrastinate import JobContext
from procrastinate.contrib.django import app


@app.task(queue="tuning", pass_context=True)
def tune(context: JobContext, run_id: int) -> None:
    """Works on a run until it ends; one that lost its worker goes on from its last checkpoint."""
    from tuning import working

    working.work_by_id(run_id, stopping=context.should_abort)
