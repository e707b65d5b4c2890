"""How a model's stream is read: what comes together is one piece, and nothing else is changed."""

import asyncio
import json

import pytest

from helpdesk import model_stream
from helpdesk.model_stream import Together


def event(content=None, ends=b"\n\n", **more):
    choice = {"index": 0, "delta": {"content": content}} | more.pop("choice", {})
    return b"data: " + json.dumps({"id": "1", "choices": [choice]} | more).encode() + ends


DONE = b"data: [DONE]\n\n"


async def read(*reads):
    """The events that come of these reads; a number among them is a wait of so many seconds."""

    async def given():
        for each in reads:
            if isinstance(each, bytes):
                yield each
            else:
                await asyncio.sleep(each)

    return [one.json() async for one in Together().aiter_bytes(given())]


def texts(read):
    return [one["choices"][0]["delta"].get("content") for one in read]


async def test_text_of_one_read_is_one_piece_and_of_another_another():
    assert texts(await read(event("Five ") + event("days"), event(".") + DONE)) == [
        "Five days",
        ".",
    ]


@pytest.mark.parametrize("ends", [b"\n\n", b"\r\n\r\n"], ids=["LF", "CRLF"])
async def test_an_event_may_come_in_two_reads(ends):
    whole = event("Fünf", ends) + event(" Tage", ends)
    for place in range(1, len(whole)):
        assert "".join(texts(await read(whole[:place], whole[place:] + DONE))) == "Fünf Tage"


async def test_what_ends_its_lines_as_nobody_does_is_whole_at_its_end():
    assert texts(await read(event("Five", b"\r\r"), event(" days", b"\r\r"))) == ["Five days"]


@pytest.mark.parametrize(
    "other",
    [
        event("", choice={"finish_reason": "stop"}),
        event("!", usage={"total_tokens": 3}),
        event("!", error={"message": "No."}),
        event("!", choice={"index": 1}),
        event("!", choice={"logprobs": {"content": []}, "index": 0}),
        event(choice={"delta": {"content": "", "reasoning_content": "Hm."}}),
        event(choice={"delta": {"role": "assistant"}}),
        event(choice={"delta": None}),
        b'data: {"choices": []}\n\n',
        b'data: {"choices": null}\n\n',
        b"data: []\n\n",
    ],
)
async def test_what_tells_more_than_text_stays_as_it_came(other):
    (alone,) = await read(other)
    found = await read(event("Five ") + other + event("days") + event("."))

    assert alone == json.loads(other.removeprefix(b"data: "))
    assert found[1] == alone
    assert texts([found[0], found[2]]) == ["Five ", "days."]


async def test_rubbish_is_left_to_openais_own_reading():
    with pytest.raises(ValueError, match="Expecting"):
        await read(event("Five") + b"data: {oops\n\n")


@pytest.mark.parametrize("after", [(), (b"\n",), (30,)], ids=["nothing", "a line", "silence"])
async def test_the_answer_is_over_when_it_is_done(after, monkeypatch):
    monkeypatch.setattr(model_stream, "DRAIN_SECONDS", 0.05)
    async with asyncio.timeout(5):
        assert texts(await read(event("Five") + DONE, *after)) == ["Five"]
