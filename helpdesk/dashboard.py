"""The figures of staff: how much is asked, what comes of it, and which documents carry it.

Everything is counted by the database in a few grouped statements. What not everyone may read is
counted only where enough people stand behind a figure, so that none tells of one of them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Aggregate, Count, FloatField, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from helpdesk.days import midnight
from helpdesk.greeting_replies import ENGINE
from helpdesk.models import Citation, Feedback, Handoff, Message
from knowledge.models import Collection, Document, Version

PERIODS = (7, 30, 90)
FEW = 5
MOST, NEVER = 10, 20
ENDED = Q(status=Message.Status.DONE)


class Median(Aggregate):
    """The middle value; nothing without any."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


COUNTED = {
    "asked": Count("pk"),
    "answered": Count("pk", filter=ENDED & Q(abstained=False)),
    "declined": Count("pk", filter=Q(abstained=True)),
    "first_token": Median("first_token_ms"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked on one day; `first_token` in milliseconds, None without an answer."""

    day: date
    asked: int = 0
    answered: int = 0
    declined: int = 0
    first_token: float | None = None

    @property
    def unfinished(self) -> int:
        return self.asked - self.answered - self.declined


@dataclass(frozen=True, slots=True)
class Cited:
    """A document, and how many answers cite it; None where too few people stand behind them."""

    document: Document
    answers: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the dashboard shows of a period; `too_few` says that it must not be shown."""

    total: dict = field(default_factory=dict)
    days: list[Day] = field(default_factory=list)
    handed_off: int | None = None
    thumbs: dict[str, int] = field(default_factory=dict)
    reasons: list[tuple[str, int]] = field(default_factory=list)
    most_cited: list[Cited] = field(default_factory=list)
    never_cited: list[Cited] = field(default_factory=list)
    never_count: int = 0
    too_few: bool = False


def figures(viewer, days: int, collection: Collection | None = None) -> Figures:
    """The figures of the last `days` days, of the answers that cite `collection` where given."""
    first = timezone.localdate() - timedelta(days=days - 1)
    answers = answers_since(first, collection)
    restricted = collection is not None and not collection.open_to_all
    given = feedback_since(first, collection)
    if restricted and people(answers, "conversation__user") < FEW:
        return Figures(too_few=True)
    if restricted and people(given, "user") < FEW:
        given = None
    total = answers.aggregate(**COUNTED)
    most, never, count = documents(viewer, first, collection)
    return Figures(
        total=total | {"unfinished": total["asked"] - total["answered"] - total["declined"]},
        # A day has fewer people than a period.
        days=[] if restricted else by_day(answers, first, days),
        handed_off=None if collection else handed_off(first),
        thumbs={} if given is None else thumbs(given),
        reasons=[] if given is None else reasons(given),
        most_cited=most,
        never_cited=never,
        never_count=count,
    )


def people(rows, path: str) -> int:
    """How many people stand behind rows."""
    return rows.aggregate(people=Count(path, distinct=True))["people"]


def answers_since(first: date, collection=None):
    """The desk's answers; each stands for a question. Courtesies are none, and are left out."""
    answers = Message.objects.filter(role=Message.Role.ASSISTANT, created_at__gte=midnight(first))
    answers = answers.exclude(engine=ENGINE).order_by()
    return answers if collection is None else answers.filter(pk__in=citing(collection))


def citing(collection):
    """The keys of the answers that cite a collection."""
    cited = Citation.objects.filter(version__in=versions_of(collection))
    return cited.order_by().values("message")


def versions_of(collection) -> list[int]:
    """The keys of what may be cited of a collection."""
    # As plain numbers: the planner knows how often each is cited, and reads the citations once.
    versions = Version.objects.filter(document__collection=collection, passage_count__gt=0)
    return list(versions.values_list("pk", flat=True))


def by_day(answers, first: date, days: int) -> list[Day]:
    """Every day of the period, those without a question too."""
    grouped = answers.annotate(day=TruncDate("created_at")).values("day").annotate(**COUNTED)
    known = {row["day"]: Day(**row) for row in grouped}
    every = [first + timedelta(days=number) for number in range(days)]
    return [known.get(day, Day(day)) for day in every]


def handed_off(first: date) -> int:
    """How many conversations were handed to a person; they belong to no collection."""
    return Handoff.objects.filter(created_at__gte=midnight(first)).count()


def feedback_since(first: date, collection=None):
    """The feedback; of a collection only what is on answers that are still there."""
    given = Feedback.objects.filter(created_at__gte=midnight(first)).order_by()
    return given if collection is None else given.filter(message__in=citing(collection))


def thumbs(given) -> dict[str, int]:
    """How many thumbs point up, how many down, and how many of these are still to be done."""
    down = Q(verdict=Feedback.Verdict.DOWN)
    return given.aggregate(
        up=Count("pk", filter=Q(verdict=Feedback.Verdict.UP)),
        down=Count("pk", filter=down),
        open=Count("pk", filter=down & Q(state__in=Feedback.OPEN, message__isnull=False)),
    )


def reasons(given) -> list[tuple[str, int]]:
    """Each reason in words, and how often it was given."""
    counts = given.aggregate(
        **{value: Count("pk", filter=Q(reasons__contains=[value])) for value in Feedback.Reason}
    )
    return [(label, counts[value]) for value, label in Feedback.Reason.choices]


def documents(viewer, first: date, collection=None) -> tuple[list[Cited], list[Cited], int]:
    """The most cited and the never cited documents that `viewer` may read, and the number of these.

    A restricted document that fewer than FEW people's answers cite counts as not cited: that one
    of them asked about it is their own matter.
    """
    readable = Document.objects.visible_to(viewer).filter(current__isnull=False)
    if collection is not None:
        readable = readable.filter(collection=collection)
    cited = citations(readable, first, collection)
    ranked = sorted(cited, key=lambda pk: (-cited[pk], pk))[:MOST]
    best = readable.in_bulk(ranked)
    rest = readable.exclude(pk__in=list(cited)).select_related("collection")
    never = [Cited(one, 0 if one.collection.open_to_all else None) for one in rest[:NEVER]]
    return [Cited(best[pk], cited[pk]) for pk in ranked if pk in best], never, rest.count()


def citations(readable, first: date, collection=None) -> dict[int, int]:
    """How many answers cite each of the `readable` documents, of which that may be told.

    An answer cites one version of a document. People are counted by version too, which can make
    them fewer than they are, and never more.
    """
    since = {"message__role": Message.Role.ASSISTANT, "message__created_at__gte": midnight(first)}
    rows = Citation.objects.filter(**since).order_by().values_list("version")
    if collection is not None:
        rows = rows.filter(version__in=versions_of(collection))
    answers = dict(rows.annotate(Count("message", distinct=True)))
    versions = Version.objects.filter(pk__in=list(answers), document__in=readable)
    of_all = versions.filter(document__collection__open_to_all=True)
    restricted = versions.exclude(pk__in=of_all).values_list("pk", flat=True)
    people = Count("message__conversation__user", distinct=True)
    tellable = rows.filter(version__in=list(restricted)).annotate(people=people)
    told = {pk for pk, number in tellable if number >= FEW}
    told.update(of_all.values_list("pk", flat=True))
    cited: dict[int, int] = {}
    for pk, document in versions.filter(pk__in=told).values_list("pk", "document"):
        cited[document] = cited.get(document, 0) + answers[pk]
    return cited
