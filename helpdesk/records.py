"""What the chat keeps of an answer, as it comes and at its end. Synchronous; gives plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from helpdesk import greeting_replies
from helpdesk.events import Done, Failed, Quote, Turn
from helpdesk.models import Citation, Engine, Message
from knowledge import prepared
from knowledge.models import Version

# An answer's process tells that it lives every BEAT seconds; nothing heard for SILENCE is its end.
BEAT = 2.0
SILENCE = timedelta(seconds=8)
# The answers that this process is making: they live, however long the database is away.
making: set[int] = set()


@dataclass(frozen=True, slots=True)
class Job:
    """A question to answer, in plain values.

    `again` says that it was asked before: what stood after it is folded away. `renamed` says that
    the conversation has its name from now on.
    """

    conversation_id: int
    question_id: int
    answer_id: int
    question: str
    history: tuple[Turn, ...]
    again: bool = False
    renamed: bool = False


def turns(messages, user) -> tuple[Turn, ...]:
    """These messages as turns, as far as `user` may read them today; courtesies are none."""
    said = list(messages.exclude(text="").values_list("pk", "role", "text"))
    hidden = withheld(messages, user) if said else set()
    roles = {Message.Role.STAFF: Message.Role.ASSISTANT}
    turns = (Turn(roles.get(role, role), text) for pk, role, text in said if pk not in hidden)
    return tuple(greeting_replies.without(turns))


def withheld(messages, user) -> set[int]:
    """Those of `messages` that draw on a document which `user` may not read today.

    What they cite counts, and what their answerer was shown: a model repeats without citing. They
    stay withheld when a restricted document is deleted.
    """
    drawn = drawn_from(messages)
    hidden = Version.objects.hidden_from(user, {pk for pks in drawn.values() for pk in pks})
    return {message_id for message_id, pks in drawn.items() if hidden.intersection(pks)}


def drawn_from(messages) -> dict[int, list[int]]:
    """Of each of `messages` that draws on any, the versions that it cites or was shown."""
    drawn = dict(messages.exclude(versions=[]).values_list("pk", "versions"))
    cited = Citation.objects.filter(message__in=messages).values_list("message_id", "version_id")
    for message_id, version_id in cited:
        drawn[message_id] = [*drawn.get(message_id, []), version_id]
    return drawn


# One that another process took for dead, as after an absence of the database, lives again.
SAVE = """
UPDATE helpdesk_message SET status = 'answering', text = $2, versions = $3::bigint[],
    heard_at = statement_timestamp()
WHERE id = $1 AND NOT earlier AND status IN ('answering', 'cut_off')
"""


def save_text(job: Job, text: str, versions: Sequence[int] = ()) -> bool:
    """Keeps what has come of the answer out of `versions`, and tells that it goes on.

    False where somebody has stopped it or asked again, or it is gone.
    """
    with prepared.cursor() as cursor:
        cursor.execute(SAVE, [job.answer_id, text, list(versions)])
        return cursor.rowcount == 1


def stop(answer_id: int, user) -> bool:
    """Marks an answer in the making as stopped; its process keeps what has come.

    False where it is not the user's, or has ended.
    """
    going_on = Message.objects.visible_to(user).filter(status=Message.Status.ANSWERING)
    return bool(going_on.filter(pk=answer_id).update(status=Message.Status.STOPPED))


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was kept just now: its row, its quotes, and their citations' keys by their
    numbers. A document that was deleted meanwhile has none."""

    answer: Message
    quotes: tuple[Quote, ...] = ()
    citations: dict[int, int] = field(default_factory=dict)


def finish(job: Job, end: Done | Failed, text: str, versions: Sequence[int] = ()) -> Kept | None:
    """Keeps the end of an answer with its citations; `text` is what had come where it failed.

    `versions` are those whose passages the answerer was shown. What is quotes from end to end
    draws on its citations alone.

    None where the conversation has been deleted meanwhile.
    """
    if isinstance(end, Failed):
        fields = {"status": Message.Status.FAILED, "error": end.message, "text": text}
        kept = Message.objects.filter(pk=job.answer_id).update(**fields, versions=list(versions))
        return Kept(row(job, **fields)) if kept else None
    quoted = end.engine == Engine.Kind.QUOTES and not end.cut_off
    # In the order of KEEP.
    fields = {
        "status": status(end).value,
        "text": end.text,
        "note": end.note,
        "abstained": end.abstained,
        "engine": end.engine,
        "timings_ms": end.timings_ms,
        "verification": verification(end),
        "versions": [] if quoted or end.abstained else list(versions),
    }
    untold = (Engine.Kind.QUOTES, greeting_replies.ENGINE)
    unnamed = not job.history and end.engine not in untold and not end.abstained
    kept = keep(job.answer_id, fields, end, naming() if unnamed else UNASKED)
    if kept is None:
        return None
    earlier, citations = kept
    return Kept(row(job, **fields, earlier=earlier), end.quotes, citations)


def row(job: Job, **fields) -> Message:
    """The answer's row as it is kept, without a look at the database."""
    role = Message.Role.ASSISTANT
    return Message(pk=job.answer_id, conversation_id=job.conversation_id, role=role, **fields)


# The queue, the name and the priority of no job.
UNASKED = (None, None, None)


def naming() -> tuple[str, str, int]:
    """As UNASKED, of the job that asks the model for a conversation's title."""
    from helpdesk.tasks import name_conversation as task

    return task.queue, task.name, task.priority


def status(end: Done) -> Message.Status:
    if end.stopped:
        return Message.Status.STOPPED
    return Message.Status.CUT_OFF if end.cut_off else Message.Status.DONE


def verification(end: Done) -> dict:
    """What was checked of an answer, as its row keeps it."""
    return {
        "sentences": end.support.sentences,
        "unsupported": [list(span) for span in end.support.unsupported],
        "conflict": [[quote.number, quote.passage.date] for quote in end.conflict],
        "links": list(end.links),
        "replaced": end.replaced,
        "restored": end.restored,
        "offered": end.offered,
    }


# One statement for what takes the ORM six. A second try may find the rows there: nobody may have
# heard that the first was kept. The worker's job is put into its queue by the queue's own function:
# its Python takes as long for it as Postgres for all of this.
KEEP = """
WITH answer AS (
    UPDATE helpdesk_message SET status = $2, text = $3, note = $4, abstained = $5, engine = $6,
        timings_ms = $7, verification = $8, versions = $9::bigint[]
    WHERE id = $1
    RETURNING id, conversation_id, earlier
), explained AS (
    INSERT INTO helpdesk_explanation (message_id, record)
    SELECT id, $10::jsonb FROM answer WHERE $10::jsonb IS NOT NULL
    ON CONFLICT DO NOTHING
), cited AS (
    INSERT INTO helpdesk_citation
        (message_id, number, version_id, passage_id, page, quote, start, "end", verified)
    SELECT answer.id, one.number, version.id, passage.id, one.page, one.quote, one.start, one."end",
        one.verified
    FROM answer, jsonb_to_recordset($11::jsonb) AS one (
        number smallint, version bigint, passage bigint, page integer, quote text,
        start integer, "end" integer, verified boolean
    )
    JOIN knowledge_version version ON version.id = one.version
    LEFT JOIN knowledge_passage passage ON passage.id = one.passage
    ON CONFLICT (message_id, number) DO UPDATE SET verified = excluded.verified
    RETURNING number, id
), job AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        $12, $13, $14, NULL, NULL, jsonb_build_object('conversation_id', conversation_id), NULL
    )::procrastinate_job_to_defer_v1]) AS ids
    FROM answer WHERE $13::text IS NOT NULL
)
SELECT earlier, number, cited.id, job.ids FROM answer LEFT JOIN cited ON true LEFT JOIN job ON true
"""


def keep(answer_id: int, fields: dict, end: Done, job: tuple) -> tuple[bool, dict[int, int]] | None:
    """Keeps an answer's fields, its citations and the way to it, and asks for `job`. Gives whether
    it was asked again meanwhile, and the citations' keys by their numbers; None where it is gone.
    """
    explained = Jsonb(end.trace) if end.trace and settings.EXPLANATION_DAYS else None
    values = [Jsonb(each) if isinstance(each, dict) else each for each in fields.values()]
    with prepared.cursor() as cursor:
        cursor.execute(KEEP, [answer_id, *values, explained, Jsonb(cited(end.quotes)), *job])
        found = cursor.fetchall()
    return (found[0][0], {number: pk for _, number, pk, _ in found if pk}) if found else None


def cited(quotes: Sequence[Quote]) -> list[dict]:
    """Quotes as the statement takes them; one of a document that is gone is left out there."""
    return [
        {
            "number": quote.number,
            "version": quote.passage.version_id,
            "passage": quote.passage.passage_id,
            "page": quote.page,
            "quote": quote.text,
            "start": quote.start,
            "end": quote.end,
            "verified": quote.verified,
        }
        for quote in quotes
    ]


def cut_off_the_dead(where: Q) -> int:
    """Ends the answers whose process is gone: nothing has been heard of them for a while."""
    silent = Message.objects.filter(where, status=Message.Status.ANSWERING)
    silent = silent.filter(heard_at__lt=Now() - SILENCE).exclude(pk__in=making)
    return silent.update(status=Message.Status.CUT_OFF)
