"""Tells the pages of both sides at once; each socket renders what its own person may see."""

from asgiref.sync import async_to_sync
from django.db import transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext

from helpdesk import publishing, thread
from helpdesk.handoff import pages, shown
from helpdesk.models import Conversation, Handoff
from helpdesk.models.handoffs import PERMISSION

# The group of the pages that list what waits.
LIST = "handoffs"


# A sentence as it is translated, and what it is filled in with: whoever hears it may speak another
# language than whoever caused it.
Said = tuple[str, dict]
NOTHING: Said = ("", {})


def changed(handoff: Handoff, to_asker: Said = NOTHING, to_staff: Said = NOTHING) -> None:
    """Tells everybody who looks at it, once the transaction is through; a sentence a side is
    what a screen reader says."""
    event = {"type": "handoff.changed", "to_asker": to_asker, "to_staff": to_staff}
    group = publishing.group(handoff.conversation_id)

    def tell():
        for to in (group, LIST):
            async_to_sync(publishing.send)(to, event)

    transaction.on_commit(tell)


def spoken(says: Said) -> str:
    """The sentence in the language of the moment; "" for NOTHING."""
    sentence, values = says
    return gettext(sentence) % values if sentence else ""


def for_asker(conversation_id: int, user, says: Said = NOTHING) -> str:
    """The fragment of the thread and the line above the box. Raises Conversation.DoesNotExist."""
    conversation = Conversation.objects.visible_to(user).get(pk=conversation_id)
    messages = thread.messages(conversation, user)
    shown.seen_by_asker(conversation, messages)
    context = {
        "thread": messages,
        "conversation": conversation,
        "handoff": shown.state_of(conversation),
        "says": spoken(says),
    }
    return render_to_string("helpdesk/handoff/asker_changed.html", context)


def for_staff(handoff_id: int, user, says: Said, before: tuple | None) -> tuple[str, tuple]:
    """The fragment of a hand-off's page, and how it stands: its state, and who took it.

    The box comes along where it stands otherwise than `before`: what is being written there stays.
    Raises Handoff.DoesNotExist where it is not theirs.
    """
    handoff = Handoff.objects.answered_by(user).get(pk=handoff_id)
    standing = (handoff.state, handoff.staff_id)
    context = pages.page(handoff, user) | {"says": spoken(says), "user": user}
    context["with_box"] = before not in (None, standing)
    return render_to_string("helpdesk/handoff/staff_changed.html", context), standing


def for_list(user, says: Said, number: str | None) -> str:
    """The fragment of a page of the list, the first where there is no number.

    Raises Handoff.DoesNotExist for who may not answer any.
    """
    if not user.has_perm(PERMISSION):
        raise Handoff.DoesNotExist
    context = pages.lists(user, number) | {"says": spoken(says), "user": user}
    # The links to other pages begin from the request's, and a socket has none.
    context["parameters"] = QueryDict(f"page={context['page'].number}")
    return render_to_string("helpdesk/handoff/list_changed.html", context)
