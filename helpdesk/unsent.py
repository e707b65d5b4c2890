"""What was written as a session ended waits for whoever wrote it, and for nobody else."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.crypto import salted_hmac

KEY = "unsent_question"


def writer(user) -> str:
    """By this a browser knows whose a question in its box is; it tells nobody who that is."""
    return salted_hmac("helpdesk.unsent", str(user.pk)).hexdigest()[:16]


def signed_in(view):
    """As `login_required`; the question that a form brings is kept in the nameless session.

    Signing in takes that over. A script keeps its draft itself and sends it again.
    """
    guarded = login_required(view)

    @wraps(view)
    def guard(request, *args, **kwargs):
        written = "" if request.htmx else request.POST.get("question", "")
        if written and not request.user.is_authenticated:
            whose = request.POST.get("writer", "")
            request.session[KEY] = [whose, written[: settings.MAX_QUESTION_CHARS]]
        return guarded(request, *args, **kwargs)

    return guard


def unsent(request) -> dict[str, str]:
    """Whose box this is, and the question for it, once, where one of this person's waits."""
    mine = writer(request.user)
    whose, written = request.session.pop(KEY, ("", ""))
    return {"writer": mine} | ({"question": written} if whose == mine else {})
