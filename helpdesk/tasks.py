"""The help desk's jobs of the worker."""

from procrastinate.contrib.django import app

from helpdesk.models import Explanation


@app.periodic(cron="50 3 * * *")
@app.task(queue="documents", queueing_lock="forget", lock="forget")
def forget(timestamp: int) -> None:
    """Deletes what has been kept for as long as the settings say."""
    Explanation.objects.expired().delete()
