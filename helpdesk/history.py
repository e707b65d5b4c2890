"""One's own conversations: listed a page at a time, and searched."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from helpdesk import prompts, records
from helpdesk.models import Conversation, Message
from knowledge.keys import key

PAGE = 60
TERMS, HITS, FOUND = 8, 2000, 50
BEFORE_CHARS, EXCERPT_CHARS = 30, 110


def listed(user, before: str = "") -> dict:
    """The conversations to show: the pinned, then the last; `more` is where the next page begins.

    `before` is such a place, "" for the first page, on which alone the pinned stand.
    """
    mine = Conversation.objects.visible_to(user).order_by("-updated_at", "-pk")
    pinned = [] if before else list(mine.filter(pinned=True))
    rows = list(mine.filter(place(before), pinned=False)[: PAGE + 1])
    more = f"{rows[PAGE - 1].updated_at.isoformat()}_{rows[PAGE - 1].pk}" if rows[PAGE:] else ""
    return {"pinned": pinned, "conversations": rows[:PAGE], "more": more}


def place(before: str) -> Q:
    """What comes after a place in the list; everything where it is none."""
    moment, _, pk = before.partition("_")
    try:
        time = parse_datetime(moment)
    except ValueError:
        time = None
    number = key(pk)
    if time is None or time.tzinfo is None or number is None:
        return Q()
    return Q(updated_at__lt=time) | Q(updated_at=time, pk__lt=number)


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that was found; of the message, "" without one, three pieces: before the
    words, the words, and after them."""

    conversation: Conversation
    message_pk: int | None
    excerpt: tuple[str, str, str]

    @property
    def url(self) -> str:
        anchor = f"#message-{self.message_pk}" if self.message_pk else ""
        return self.conversation.get_absolute_url() + anchor


def search(user, words: str) -> list[Hit]:
    """The conversations of `user` that hold all the words, in the title or in what may be read.

    One person's messages are few, and the index of conversations leads to them: no index of words
    is needed. Of an answer that is withheld today nothing is found.
    """
    terms = list(dict.fromkeys(words.casefold().split()))[:TERMS]
    mine = Conversation.objects.visible_to(user)
    titles = dict(mine.filter(holding("title", terms)).values_list("pk", "title"))
    messages = Message.objects.filter(conversation__in=mine).filter(holding("text", terms))
    hidden = records.withheld(messages, user)
    rows = messages.order_by("-pk").values_list("pk", "conversation", "text")[:HITS]
    texts = defaultdict(dict)
    for pk, conversation, text in rows:
        if pk not in hidden:
            texts[conversation][pk] = prompts.MARK.sub("", text)
    found = [
        pk
        for pk in {*titles, *texts}
        if all(holds(term, [titles.get(pk, ""), *texts[pk].values()]) for term in terms)
    ]
    latest = mine.filter(pk__in=found).order_by("-updated_at", "-pk")[:FOUND]
    return [hit(one, texts[one.pk], terms) for one in latest]


def holding(field: str, terms: list[str]) -> Q:
    """Whether a field holds one of the terms, in whatever case."""
    wanted = Q(pk__in=[])
    for term in terms:
        wanted |= Q(**{f"{field}__icontains": term})
    return wanted


def holds(term: str, texts: list[str]) -> bool:
    return any(term in text.casefold() for text in texts)


def hit(conversation: Conversation, texts: dict[int, str], terms: list[str]) -> Hit:
    """What is shown of a conversation: the message with the most of the terms."""
    if not texts:
        return Hit(conversation, None, ("", "", ""))
    pk = max(texts, key=lambda pk: (sum(term in texts[pk].casefold() for term in terms), -pk))
    return Hit(conversation, pk, excerpt(texts[pk], terms))


def excerpt(text: str, terms: list[str]) -> tuple[str, str, str]:
    """Some of a text around the first of the terms in it: before, the term, after."""
    line = " ".join(text.split())
    places = [(line.casefold().find(term), len(term)) for term in terms]
    start, length = min((one for one in places if one[0] >= 0), default=(0, 0))
    first = max(0, start - BEFORE_CHARS)
    end = start + length
    before = ("…" if first else "") + line[first:start]
    after = line[end : first + EXCERPT_CHARS]
    return before, line[start:end], after + ("…" if first + EXCERPT_CHARS < len(line) else "")
