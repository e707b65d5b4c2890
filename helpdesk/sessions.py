"""Whether a browser on a socket is still signed in. Synchronous."""

from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db.models import Exists


def signed_in(session, user_id):
    """The user as of now, None where they have signed out or been locked out meanwhile.

    A new password locks out whoever signed in with the old one.
    """
    if not session.session_key:
        return None
    # One look for both: it is asked before everything that a person wants.
    there = Session.objects.filter(session_key=session.session_key)
    user = get_user_model().objects.filter(Exists(there), pk=user_id, is_active=True).first()
    valid = user and session.get(HASH_SESSION_KEY) == user.get_session_auth_hash()
    return user if valid else None
