"""Which of a document's versions answers on a day: the one that came into effect last."""

from datetime import date

from django.utils import timezone

from knowledge.models import Version

Status = Version.Status
# The versions that are read, and let through where that was needed: their dates decide.
SETTLED = (Status.READY, Status.SCHEDULED, Status.REPLACED, Status.EXPIRED, Status.WITHDRAWN)


def states(versions: list[Version], today: date) -> dict[int, str]:
    """The state that each of a document's settled versions has on `today`, by its number.

    At most one is ready. What was withdrawn stays so, and takes along what was uploaded before.
    """
    withdrawn = [one.number for one in versions if one.status == Status.WITHDRAWN]
    found = dict.fromkeys(withdrawn, Status.WITHDRAWN)
    open_ones = [one for one in versions if one.status != Status.WITHDRAWN]
    begun = [one for one in open_ones if has_begun(one, today)]
    rivals = [one for one in begun if one.number > max(withdrawn, default=0)]
    last = max(rivals, key=order, default=None)
    for one in open_ones:
        found[one.number] = state(one, one is last, today)
    return found


def state(version: Version, last: bool, today: date) -> str:
    if not has_begun(version, today):
        return Status.SCHEDULED
    over = version.expires_on is not None and version.expires_on < today
    if last:
        return Status.EXPIRED if over else Status.READY
    # What had ended before its successor came was never replaced.
    return Status.EXPIRED if over and version.status == Status.EXPIRED else Status.REPLACED


def has_begun(version: Version, today: date) -> bool:
    return version.effective_from is None or version.effective_from <= today


def order(version: Version) -> tuple[date, int]:
    """Versions come into effect in this order: none before the day of its upload."""
    uploaded = timezone.localdate(version.uploaded_at)
    return max(version.effective_from or uploaded, uploaded), version.number
