"""What a person may want of a conversation, from its socket or from a form without a script."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from helpdesk import answering
from helpdesk.errors import HelpdeskError
from helpdesk.forms import QuestionForm
from knowledge.keys import key

KINDS = ("ask", "again", "stop")


async def fulfil(
    kind: str,
    values: Mapping,
    conversation_id: int | None,
    user,
    anew: Callable | None = None,
) -> int | None:
    """Asks a question, answers one again or stops an answer; gives the conversation.

    `anew` gives the user as of now, where a question is asked. Raises HelpdeskError with a sentence
    where that can't be done.
    """
    if kind == "ask":
        editing = number(values.get("editing")) if values.get("editing") else None
        question = valid(values.get("question"))
        return await answering.start(conversation_id, question, user, editing, anew)
    if kind == "again":
        return await answering.again(number(values.get("answer")), user)
    await answering.stop(number(values.get("answer")), user)
    return conversation_id


def valid(question) -> str:
    """The question as it is kept. Raises HelpdeskError where it is none."""
    form = QuestionForm({"question": question if isinstance(question, str) else ""})
    if not form.is_valid():
        raise HelpdeskError(form.sentence)
    return form.cleaned_data["question"]


def number(value) -> int:
    """The key of a message. Raises HelpdeskError for anything else."""
    found = key(str(value))
    if found is None:
        raise HelpdeskError(_("That message is not there any more. Load the page again."))
    return found
