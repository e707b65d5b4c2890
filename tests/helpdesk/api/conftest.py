"""A key, requests with it, and the desk on a loopback socket for real clients."""

import json
import threading

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connections

from helpdesk.models import ApiKey
from tests.helpdesk.answers import QUESTION


def make_key(user, **fields):
    """A key of `user` and its secret."""
    collections = fields.pop("collections", ())
    key = ApiKey(name="Test", user=user, **fields)
    secret = key.make_secret()
    key.save()
    key.collections.set(collections)
    return key, secret


def asks(question=QUESTION, **more) -> dict:
    """The body of a request."""
    messages = [{"role": "user", "content": question}]
    return {"model": "helpdesk", "messages": messages} | more


@pytest.fixture
def secret(employee):
    return make_key(employee)[1]


@pytest.fixture
def post(async_client):
    """Posts a question's body with a key; gives the response."""

    async def send(secret, body, **headers):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return await async_client.post(
            "/v1/chat/completions",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"} | headers,
        )

    return send


async def events_in(response) -> list[dict | str]:
    """What a stream told, each event parsed; the last is [DONE]."""
    body = b"".join([piece async for piece in response.streaming_content]).decode()
    lines = [line.removeprefix("data: ") for line in body.split("\n\n") if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def text_of(events) -> str:
    chunks = [one for one in events if one != "[DONE]" and one.get("choices")]
    return "".join(one["choices"][0]["delta"].get("content", "") for one in chunks)


in_database = sync_to_async


@pytest.fixture
def served(transactional_db):
    """The address of this desk, on a socket of its own, beside the test."""
    from helpdesk.asgi import application

    config = uvicorn.Config(application, port=0, lifespan="off", ws="none", log_level="error")
    server = uvicorn.Server(config)
    sock = config.bind_socket()

    def run():
        server.run(sockets=[sock])
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive()
