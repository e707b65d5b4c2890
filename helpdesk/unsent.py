"""What was written as a session ended, in a browser without scripts, waits for the sign-in."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required

KEY = "unsent"


def signed_in(view):
    """As `login_required`; the question that a form brings is kept in the nameless session.

    Signing in takes that over. A script keeps its draft itself and sends it again.
    """
    guarded = login_required(view)

    @wraps(view)
    def guard(request, *args, **kwargs):
        written = "" if request.htmx else request.POST.get("question", "")
        if written and not request.user.is_authenticated:
            request.session[KEY] = written[: settings.MAX_QUESTION_CHARS]
        return guarded(request, *args, **kwargs)

    return guard


def unsent(request) -> dict[str, str]:
    """The question for the box, once; nothing where none waits."""
    written = request.session.pop(KEY, "")
    return {"question": written} if written else {}
