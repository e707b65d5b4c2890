"""The automatic trip: a tuned model that must not go on is rolled back without anybody."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.utils.translation import gettext as _

from helpdesk.models import Engine
from knowledge.mails import in_their_language
from tuning import closing, switching
from tuning.models import Switch
from tuning.stored_words import in_words
from tuning.trials import Fared, fared


def trip() -> Switch | None:
    """Rolls back the tuned models that answer and must not; gives what was done last.

    They must not where a document was closed to some whom they answer, or a bound is passed.
    """
    done = None
    for engine in Engine.answering().order_by("active"):
        if why := closing.why_not(engine):
            done = back(why, trial=not engine.active)
    switch = switching.in_force()
    if switch and (why := too_bad(fared(switch.engine.label, switch.at))):
        done = back(why)
    return done


def back(why: str, **values) -> Switch:
    done = switching.roll_back(reason=why, deed=Switch.Deed.TRIP, **values)
    tell(done)
    return done


def too_bad(how: Fared) -> str:
    """Why an engine must not go on; empty while it may, or too few answers tell."""
    if how.answers < settings.TRIP_ANSWERS:
        return ""
    values = {"answers": how.answers, "down": how.down, "citations": how.citations}
    if how.down_share > settings.TRIP_DOWN:
        told = _("%(down)d of %(answers)d answers were found not helpful.")
    elif how.unverified_share > settings.TRIP_UNVERIFIED:
        values["wrong"] = how.citations - how.verified
        told = _("%(wrong)d of %(citations)d citations could not be verified.")
    else:
        return ""
    return told % values


def tell(switch: Switch) -> None:
    """Mails those who may switch engines; the log of switches tells everybody else."""
    with_right = get_user_model().objects.with_perm(
        switching.SWITCH, backend="django.contrib.auth.backends.ModelBackend"
    )
    to = with_right.filter(is_active=True).exclude(email="").values_list("email", flat=True)
    with in_their_language():
        subject = _("“%(engine)s” was rolled back by itself") % {"engine": switch.name}
        now = _("“%(engine)s” answers now.") % {"engine": Engine.current()}
        body = f"{in_words(switch.reason)}\n\n{now}"
    mails = [EmailMessage(subject, body + "\n", None, [one]) for one in to]
    # A mail server that is away must not undo the rolling back.
    get_connection(fail_silently=True).send_messages(mails)
