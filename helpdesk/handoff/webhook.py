"""Tells another system of each change, signed.

The address is the operator's own, from the settings: no text of a person reaches it, no redirect is
followed, and what it answers is not read.
"""

import hashlib
import hmac
import json
import time

import httpx2
from django.conf import settings

from helpdesk.errors import HelpdeskError
from helpdesk.handoff.mail import address_of
from helpdesk.handoff.shown import full_name
from helpdesk.handoff.transcript import transcript
from helpdesk.models.handoffs import HandoffChange

SECONDS = 10.0


def post(change_id: int) -> None:
    """Posts one change. Raises HelpdeskError where it does not arrive, to be tried again."""
    change = HandoffChange.objects.select_related("handoff__conversation__user", "by").filter(
        pk=change_id
    )
    found = change.first()
    if found is None or not settings.HANDOFF_WEBHOOK_URL:
        return
    content = json.dumps(payload(found), ensure_ascii=False).encode()
    try:
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=False) as client,
            client.stream(
                "POST",
                settings.HANDOFF_WEBHOOK_URL,
                content=content,
                headers=headers(found, content, int(time.time())),
            ) as response,
        ):
            status = response.status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        # Its message may hold the address, and that a token.
        raise HelpdeskError(f"The webhook can't be reached: {type(error).__name__}.") from None
    if not 200 <= status < 300:
        raise HelpdeskError(f"The webhook answers {status}.")


def headers(change: HandoffChange, content: bytes, now: int) -> dict[str, str]:
    """The key is the same at every try, the timestamp and with it the signature are not."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "helpdesk",
        "Idempotency-Key": key_of(change),
        "X-Helpdesk-Timestamp": str(now),
        "X-Helpdesk-Signature": f"sha256={signature(content, now)}",
    }


def signature(content: bytes, timestamp: int) -> str:
    """HMAC-SHA256 of "TIMESTAMP.BODY" with the secret, in hexadecimal digits."""
    secret = settings.HANDOFF_WEBHOOK_SECRET.encode()
    return hmac.new(secret, b"%d.%b" % (timestamp, content), hashlib.sha256).hexdigest()


def key_of(change: HandoffChange) -> str:
    return f"{change.handoff.reference}-{change.pk}"


def payload(change: HandoffChange) -> dict:
    """What is told; the transcript goes along with the first change alone."""
    handoff = change.handoff
    first = change.pk == handoff.changes.values_list("pk", flat=True).first()
    told = {
        "id": key_of(change),
        "event": f"handoff.{change.state}",
        "at": change.at.isoformat(),
        "reference": handoff.reference,
        "url": address_of(handoff),
        "by": person(change.by),
        "asked_by": person(handoff.conversation and handoff.conversation.user),
    }
    if first:
        told["transcript"] = [
            {"role": said.role, "name": said.name, "text": said.text}
            for said in transcript(handoff, change.after)
        ]
    return told


def person(user) -> dict | None:
    if user is None:
        return None
    return {"username": user.get_username(), "name": full_name(user), "email": user.email}
