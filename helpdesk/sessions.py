"""Whether a browser on a socket is still signed in. Synchronous."""

from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Exists
from django.db.models.functions import Now

from knowledge.written import Written


class SignedOutError(Exception):
    """Whoever asks has signed out, or was locked out."""


# One look for both: it is asked before everything that a person wants.
SIGNED_IN = Written(
    lambda key, pk: get_user_model().objects.filter(
        Exists(Session.objects.filter(session_key=key, expire_date__gt=Now())),
        pk=pk,
        is_active=True,
    ),
    str,
    int,
)


def signed_in(session, user_id):
    """The user as of now, None where they have signed out or been locked out meanwhile.

    A new password locks out whoever signed in with the old one.
    """
    if not session.session_key:
        return None
    for user in SIGNED_IN.objects(session.session_key, user_id):
        if session.get(HASH_SESSION_KEY) == user.get_session_auth_hash():
            return user
    return None
