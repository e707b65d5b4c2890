"""`/v1/models` and `/v1/chat/completions`, as OpenAI's clients expect them."""

import asyncio
import logging
import traceback
from functools import wraps

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError
from django.http import JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from helpdesk.api import callers, reading
from helpdesk.api.asking import BROKEN, Asking, counted, kept, let_in, unavailable
from helpdesk.api.callers import Caller
from helpdesk.api.errors import ApiError
from helpdesk.api.replies import Reply, event
from helpdesk.events import Failed, Text
from helpdesk.models import Engine

logger = logging.getLogger(__name__)

# The desk itself, whichever engine is active: what a tool should name.
DESK = "helpdesk"
UNREACHABLE = gettext_lazy("The database can't be reached just now. Ask again in a moment.")


def endpoint(method: str = ""):
    """A view that a key opens, with no session, by this method or by any; whatever goes wrong is
    told as OpenAI does."""

    def decorate(view):
        @csrf_exempt
        @wraps(view)
        async def guarded(request, **kwargs):
            try:
                if method and request.method != method:
                    raise ApiError(405, _("Use %(method)s here.") % {"method": method})
                caller = await callers.caller(callers.secret_of(request))
                return await view(request, caller, **kwargs)
            except ApiError as error:
                return error.response()
            except DatabaseError as error:
                logger.error("The database failed: %s", type(error).__name__)
                return ApiError(503, UNREACHABLE, "unavailable").response()
            except Exception as error:
                # Its message may hold text of the person.
                frames = "".join(traceback.format_tb(error.__traceback__))
                logger.error("A request failed: %s\n%s", type(error).__name__, frames)
                return ApiError(500, BROKEN, "unavailable").response()

        return guarded

    return decorate


@database_sync_to_async
def models() -> list[dict]:
    """What may be named as a model: the desk, and the engine that is active."""
    engine = Engine.current()
    since = int(engine.activated_at.timestamp()) if engine.activated_at else 0
    names = dict.fromkeys([DESK, engine.label])
    return [{"id": name, "object": "model", "created": since, "owned_by": DESK} for name in names]


def known(name: str, there: list[dict]) -> dict:
    """The model of this name. Raises ApiError for another."""
    found = next((one for one in there if one["id"] == name), None)
    if found is None:
        names = ", ".join(f"“{one['id']}”" for one in there)
        message = _("There is no model of this name here. There are: %(names)s.")
        raise ApiError(404, message % {"names": names}, "model_not_found", "model")
    return found


@endpoint("GET")
async def model_list(request, caller):
    """The models that can be asked for, as OpenAI lists them."""
    return JsonResponse({"object": "list", "data": await models()})


@endpoint("GET")
async def model(request, caller, name):
    """One of these models. Raises ApiError for any other name."""
    return JsonResponse(known(name, await models()))


@endpoint("POST")
async def completions(request, caller: Caller):
    """The answer to the conversation that was sent, whole or as a stream."""
    asked = reading.asked(request)
    there = await models()
    known(asked.model, there)
    reply = Reply(there[-1]["id"], request.build_absolute_uri)
    asking = await let_in(asked, caller)
    try:
        if asked.stream:
            await asking.found()
            return streaming(stream(asking, reply))
        end = await asking.whole()
        usage = await asyncio.to_thread(counted, asked, end)
        return answer(reply.completion(end, usage, await stored(asking)))
    except BaseException:
        # The client has gone, or there is no answer: nothing is asked of the model any more.
        asking.close()
        raise


async def stored(asking: Asking) -> str | None:
    """The path of the conversation that the answer was put into, where that was asked for."""
    return await kept(asking) if asking.asked.store else None


@endpoint()
async def unknown(request, caller, rest):
    """Refuses an address that the desk does not serve, as OpenAI would."""
    message = _("The desk serves /v1/models and /v1/chat/completions.")
    raise ApiError(404, message, "not_found")


async def stream(asking: Asking, reply: Reply):
    """The events of the response, as the answer comes."""
    asked, text = asking.asked, ""
    try:
        yield event(reply.chunk({"role": "assistant", "content": ""}))
        async for one in asking.events():
            if isinstance(one, Text):
                text += one.delta
                yield event(reply.chunk({"content": one.delta}))
        if isinstance(asking.end, Failed):
            yield event(unavailable(asking.end).body())
            return
        usage = await asyncio.to_thread(counted, asked, asking.end) if asked.usage else None
        for chunk in reply.last_chunks(asking.end, text, await stored(asking), usage):
            yield event(chunk)
        yield event("[DONE]")
    except DatabaseError as error:
        logger.error("The database failed: %s", type(error).__name__)
        yield event(unavailable(Failed(str(UNREACHABLE))).body())
    finally:
        asking.close()


def streaming(events) -> StreamingHttpResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


def answer(body: dict) -> JsonResponse:
    # Characters beyond ASCII as they are: a reader of the raw answer meets “…”.
    return JsonResponse(
        body, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"}
    )
