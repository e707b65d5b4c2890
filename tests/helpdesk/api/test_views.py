"""What the desk for other tools refuses, and in which words."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.api import asking, reading
from helpdesk.models import ApiCall, ApiKey, Conversation, Message
from tests.helpdesk.answers import FACT, QUESTION, publish
from tests.helpdesk.api.conftest import asks, events_in, in_database, make_key, text_of
from tests.helpdesk.chats import SECONDS, answered, everything

pytestmark = pytest.mark.django_db(transaction=True)


async def calls(count=1) -> list[ApiCall]:
    """What has been counted, once so many have ended: that comes after the answer."""
    async with asyncio.timeout(SECONDS):
        while True:
            ended = [one for one in await everything(ApiCall) if one.outcome != "asking"]
            if len(ended) >= count:
                return ended
            await asyncio.sleep(0.02)


def problem(response, status, **expected) -> str:
    assert response.status_code == status
    told = json.loads(response.content)["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert {name: told[name] for name in expected} == expected
    return told["message"]


async def test_without_a_key_nothing_opens(async_client, leave):
    for method, path in [
        ("get", "/v1/models"),
        ("get", "/v1/models/helpdesk"),
        ("get", "/v1/embeddings"),
        ("post", "/v1/chat/completions"),
    ]:
        response = await getattr(async_client, method)(path)
        problem(response, 401, code="invalid_api_key", type="invalid_request_error")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_session_is_no_key(async_client, employee, leave):
    await async_client.aforce_login(employee)

    problem(await async_client.get("/v1/models"), 401)


@pytest.mark.parametrize("change", ["revoked", "expired", "locked out", "deleted"])
async def test_a_key_that_ended_opens_nothing(post, employee, administrator, leave, change):
    key, secret = await in_database(make_key)(employee)
    assert (await post(secret, asks())).status_code == 200
    await calls()

    def end():
        if change == "revoked":
            key.revoke(administrator)
        elif change == "expired":
            ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif change == "locked out":
            employee.is_active = False
            employee.save()
        else:
            key.delete()

    await in_database(end)()
    problem(await post(secret, asks()), 401, code="invalid_api_key")


async def test_the_rights_are_those_of_the_keys_person(post, employee, manager, managers, everyone):
    def handbook():
        publish(managers, "pay.pdf", FACT)
        publish(everyone, "canteen.pdf", "The canteen opens at noon.")
        return [make_key(person)[1] for person in (employee, manager)]

    employees, managers_key = await in_database(handbook)()
    theirs = (await post(managers_key, asks())).json()
    assert [one["document"] for one in theirs["citations"]] == ["pay.pdf"]
    mine = (await post(employees, asks())).json()
    assert mine["helpdesk"]["abstained"]
    assert "25 days" not in json.dumps(mine)

    await in_database(manager.groups.clear)()
    assert (await post(managers_key, asks())).json()["helpdesk"]["abstained"]


async def test_a_limited_key_searches_its_collections_alone(post, manager, managers, everyone):
    def handbook():
        publish(managers, "pay.pdf", FACT)
        publish(everyone, "canteen.pdf", "The canteen opens at noon.")
        _, narrow = make_key(manager, limited=True, collections=[everyone])
        _, empty = make_key(manager, limited=True)
        return narrow, empty

    for secret in await in_database(handbook)():
        assert (await post(secret, asks())).json()["helpdesk"]["abstained"]


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ("no JSON", None, "no JSON"),
        ("[1]", None, "no JSON object"),
        ("[" * 100_000, None, "no JSON"),
        ({"messages": []}, "model", "Name a model"),
        ({"model": 5, "messages": []}, "model", "Name a model"),
        (asks(messages=[]), "messages", "list with the question"),
        (asks(messages="Hello"), "messages", "list with the question"),
        (asks(messages=[{"role": "system", "content": "x"}]), "messages", "user's question"),
        (asks(messages=[{"role": "assistant", "content": "x"}]), "messages", "user's question"),
        (asks(messages=[{"role": "tool", "content": "x"}]), "messages[0]", "tools are not"),
        (asks(messages=["Hello"]), "messages[0]", "role is"),
        (asks(messages=[{"role": "user", "content": 5}]), "messages[0]", "text alone"),
        (
            asks(messages=[{"role": "user", "content": [{"type": "image_url"}]}]),
            "messages[0]",
            "no pictures",
        ),
        (asks(" "), "messages", "Write a question"),
        (asks(tools=[{"type": "function"}]), "tools", "“tools”"),
        (asks(functions=[{}]), "functions", "“functions”"),
        (asks(logprobs=True), "logprobs", "“logprobs”"),
        (asks(n=2), "n", "one answer"),
        (asks(response_format={"type": "json_object"}), "response_format", "text"),
        (asks(response_format="json"), "response_format", "text"),
        (asks(modalities=["audio"]), "modalities", "text alone"),
        (asks(stream="yes"), "stream", "true or false"),
        (asks(store=1), "store", "true or false"),
    ],
)
async def test_what_can_not_be_served_is_told(post, secret, body, param, words):
    assert words in problem(await post(secret, body), 400, param=param)


async def test_a_question_that_is_too_long_is_told_by_its_code(post, secret):
    response = await post(secret, asks("x" * 4001))

    assert "4,000" in problem(response, 400, code="context_length_exceeded")


async def test_a_body_that_is_too_large_is_not_read(post, secret):
    response = await post(secret, asks("x" * reading.MOST_BYTES))

    problem(response, 413, code="request_too_large")


async def test_another_model_is_not_there(post, secret):
    response = await post(secret, asks(model="gpt-4o"))

    assert "“helpdesk”" in problem(response, 404, code="model_not_found", param="model")


async def test_methods_and_paths_are_explained(async_client, secret):
    head = {"Authorization": f"Bearer {secret}"}
    problem(await async_client.get("/v1/chat/completions", headers=head), 405)
    problem(await async_client.post("/v1/models", headers=head), 405)
    for path in ("/v1/embeddings", "/v1/chat/completions/"):
        for ask in (async_client.get, async_client.post):
            told = problem(await ask(path, headers=head), 404, code="not_found")
            assert "/v1/chat/completions" in told
    assert "“" in (await async_client.get("/v1/models/x", headers=head)).content.decode()


async def test_what_changes_nothing_is_left_alone(post, secret, leave):
    more = {"temperature": 0.2, "max_tokens": 9, "user": "u1", "n": 1, "tools": [], "foo": 1}
    parts = [{"type": "text", "text": QUESTION}]
    messages = [{"role": "developer", "content": "x"}, {"role": "user", "content": parts}]
    response = await post(secret, asks(**more, messages=messages))

    assert "25 days" in response.json()["choices"][0]["message"]["content"]


async def test_no_other_page_may_read_the_answer(post, secret, leave):
    response = await post(secret, asks(), Origin="https://elsewhere.example")

    assert not [name for name in response.headers if name.startswith("Access-Control")]
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


async def test_a_question_is_counted_and_not_kept(post, secret, leave):
    await post(secret, asks())

    (call,) = await calls()
    assert (call.outcome, call.engine) == ("answered", "quotes")
    assert call.timings_ms["total"] > 0
    assert not await everything(Conversation)
    (key,) = await everything(ApiKey)
    assert key.last_used_at


@pytest.mark.parametrize("stream", [True, False])
async def test_stored_on_request_it_is_one_of_the_persons_conversations(
    post, secret, leave, employee, stream
):
    response = await post(secret, asks(store=True, stream=stream))
    whole = (await events_in(response))[-2] if stream else response.json()

    (conversation,) = await everything(Conversation)
    assert (conversation.user_id, conversation.title) == (employee.pk, QUESTION)
    assert whole["helpdesk"]["conversation"].endswith(conversation.get_absolute_url())
    question, answer = await everything(Message)
    assert question.text == QUESTION
    assert "25 days" in answer.text
    assert await in_database(answer.citations.count)() == 1


async def test_the_stream_of_quotes_is_the_answer(post, secret, leave):
    events = await events_in(await post(secret, asks(stream=True)))
    whole = (await post(secret, asks())).json()

    assert events[-1] == "[DONE]"
    assert text_of(events).strip() == whole["choices"][0]["message"]["content"]
    assert events[-2]["citations"] == whole["citations"]
    assert "usage" not in events[-2]


async def test_a_handbook_that_is_away_is_a_503(post, secret, employee, monkeypatch):
    from helpdesk import chain
    from helpdesk.events import Failed

    async def answer(*args, **kwargs):
        yield Failed(chain.UNREACHABLE)

    monkeypatch.setattr(asking.chain, "answer", answer)
    for stream in (True, False):
        response = await post(secret, asks(stream=stream))
        assert problem(response, 503, type="server_error") == chain.UNREACHABLE
    assert [call.outcome for call in await calls(2)] == ["failed", "failed"]


async def test_what_fails_in_mid_answer_is_an_event(post, secret, monkeypatch, caplog):
    from helpdesk.events import Sources, Text

    async def answer(question, *args, **kwargs):
        yield Sources(())
        yield Text("Half an ")
        raise RuntimeError(question)

    monkeypatch.setattr(asking.chain, "answer", answer)
    events = await events_in(await post(secret, asks(stream=True)))

    assert text_of(events[:-1]) == "Half an "
    assert events[-1]["error"]["type"] == "server_error"
    assert QUESTION not in caplog.text


async def test_chat_and_keys_of_a_person_share_their_places(
    post, secret, leave, employee, settings
):
    settings.MAX_ANSWERS_PER_PERSON = 1
    assert (await post(secret, asks())).status_code == 200
    await in_database(answered)(employee, status="answering")
    response = await post(secret, asks())

    problem(response, 429, code="rate_limit_exceeded")
    assert response.headers["Retry-After"] == "2"


async def test_a_desk_that_is_full_says_so(post, secret, leave, settings):
    settings.MAX_ANSWERS = 0
    response = await post(secret, asks())

    problem(response, 503, code="overloaded")
    assert response.headers["Retry-After"]
