"""A conversation as Markdown, for its person to keep."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk import prompts, records
from helpdesk.handoff.shown import full_name
from helpdesk.models import Conversation, Message


def markdown(conversation: Conversation, user) -> str:
    """The whole conversation with dates and sources, as far as `user` may read it today."""
    messages = conversation.messages.select_related("author").prefetch_related(
        "citations__version__document"
    )
    hidden = records.withheld(conversation.messages.all(), user)
    parts = [f"# {in_line(str(conversation))}", when(conversation.created_at)]
    for message in messages:
        parts += [f"## {speaker(message)}", when(message.created_at)]
        parts += said(message, message.pk in hidden)
    return "\n\n".join(parts) + "\n"


def speaker(message: Message) -> str:
    if message.role == Message.Role.STAFF:
        name = full_name(message.author) if message.author else _("the help desk")
        return _("Answer by %(name)s") % {"name": name}
    return _("Question") if message.role == Message.Role.USER else _("Answer")


def when(moment) -> str:
    return f"*{date_format(timezone.localtime(moment), _('j F Y, H:i'))}*"


def said(message: Message, hidden: bool) -> list[str]:
    """What was said, in the file's paragraphs; of a withheld answer nothing but that it is."""
    if hidden:
        return [_("This answer quotes a document that you can no longer open.")]
    if message.role == Message.Role.USER:
        return ["\n".join(f"> {line}" for line in message.text.splitlines())]
    text = message.text.strip() or message.error or _("There is no answer.")
    notes = [f"*{in_line(message.note)}*"] if message.note else []
    cited = [source(one) for one in message.citations.all()]
    sources = [_("Sources:"), "\n".join(cited)] if cited else []
    numbered = {one.number for one in message.citations.all()}
    return [marked(text, numbered), *notes, *sources]


def marked(text: str, numbers: set[int]) -> str:
    """An answer without the marks of sources that are not there."""
    return prompts.MARK.sub(
        lambda match: match[0] if int(match[0].strip(" \t[]")) in numbers else "", text
    )


def source(citation) -> str:
    """One line of the list of sources."""
    version = citation.version
    day = version.effective_from or version.uploaded_at.date()
    place = str(version.document)
    if citation.page:
        place += ", " + _("page %(page)d") % {"page": citation.page}
    place += ", " + _("version %(number)d of %(day)s") % {
        "number": version.number,
        "day": date_format(day, _("j F Y")),
    }
    quote = f": “{in_line(citation.quote)}”" if citation.verified and citation.quote else ""
    return f"- [{citation.number}] {in_line(place)}{quote}"


def in_line(text: str) -> str:
    return " ".join(text.split())
