"""Who answers from the passages: a language model, or the quotes that need none."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from helpdesk import generation, showing, tracing
from helpdesk.database import in_thread
from helpdesk.events import Text
from helpdesk.guard import Guard
from helpdesk.models import Calibration, Engine
from helpdesk.wording import Wording
from helpdesk.work import Draft, Stream, Work

NO_MODEL = _("The language model did not answer.")
FELL_BACK = _("The language model did not answer. These are quotes from the documents instead.")
CUT_OFF = _("The language model stopped in mid-answer. Ask again for the whole of it.")
TOO_LONG = _("The answer became too long and was cut off.")
REPLACED = _(
    "The language model's answer held a number or a name that its sources do not. These are quotes"
    " from the documents instead."
)


current_scale = in_thread(Calibration.current)


async def answer_from_passages(stream: Stream) -> Stream:
    """Answers with the engine; with quotes where it has no model, or no passages to show it."""
    async for item in stream:
        if not isinstance(item, Work):
            yield item
        elif item.model is None or not item.passages:
            async for event in quoted(item):
                yield event
        else:
            async with aclosing(generated(item)) as events:
                async for event in events:
                    yield event


async def quoted(work: Work) -> Stream:
    """The answer of the engine that needs no model, sentence by sentence."""
    from helpdesk import verification

    scale = await current_scale()
    made = await asyncio.to_thread(verification.quoted, work.query, work.passages, scale)
    for piece in generation.sentence_pieces(made.text):
        yield Text(piece)
    if made.abstained and work.note:
        work = replace(work, note=NO_MODEL)
    kind = Engine.Kind.QUOTES
    name = work.engine.name if work.engine.kind == kind else kind.value
    yield Draft(made.text, replace(work, scale=scale), name, made)


async def generated(work: Work) -> Stream:
    """The answer of a language model, as its tokens come; quotes where none comes.

    A strict engine's comes sentence by sentence: what it was to repeat is set right where it
    slips, and quotes replace it where it strays.
    """
    shown = await what_is_shown(work)
    reply, engine, told = generation.Reply(), work.engine, []
    guard = Guard(shown.passages, engine.courtesies) if shown and engine.strict else None
    wording = Wording(shown.lines, guard.strays, engine.courtesies) if guard else Wording(())
    if shown:
        places = tuple((one.passage.passage_id, one.start, one.end) for one in shown.sentences)
        work = replace(work, prompt=tracing.checksum(shown.messages), sentences=places)
        stream = reply.stream(work.model, shown.messages, work.opened)
        async with aclosing(stream) as pieces:
            async for piece in guard.watch(wording.watch(pieces)) if guard else pieces:
                told.append(piece)
                yield Text(piece)
    if guard and guard.broken:
        async for item in quoted(replace(work, note=REPLACED)):
            # The person is shown them at the end, in the place of what has come so far.
            if isinstance(item, Draft):
                yield replace(item, engine=engine.label, replaced=True, said=reply.text)
    elif reply.text:
        # Where it stopped in a slip, its lines were said to their end.
        cut_off = reply.cut_off and not wording.over
        note = (TOO_LONG if reply.too_long else CUT_OFF) if cut_off else ""
        yield Draft(
            "".join(told),
            replace(work, note=note),
            engine.label,
            cut_off=cut_off,
            shown=shown.passages,
            restored=wording.restored,
        )
    else:
        async for item in quoted(replace(work, note=FELL_BACK) if shown else work):
            yield item


async def what_is_shown(work: Work) -> showing.Shown | None:
    """What the engine is shown; None where no sentence is good enough for it."""
    asked = (work.engine.context, work.question, work.passages, work.history, work.query)
    if work.engine.context == showing.PASSAGES:
        return showing.show(*asked)
    return await asyncio.to_thread(showing.show, *asked, await current_scale())
