"""The load of `manage.py benchmark chat` misses no word, and the double says what it shall."""

import asyncio
import json

import pytest
from django.template.loader import render_to_string

from helpdesk import rendering, thread
from helpdesk.benchmarks import chat, free_model, load

ORDERS = {"questions": ["How many?"], "tokens": 12}
SAID = free_model.tokens(3, 12)


class Socket:
    """A browser's socket, on which these fragments come."""

    def __init__(self, *fragments):
        self.fragments = list(fragments)

    async def send(self, message):
        self.sent = json.loads(message)

    async def recv(self):
        if not self.fragments:
            await asyncio.Future()
        return self.fragments.pop(0)


def piece(tokens) -> str:
    return thread.changed(7, "".join(tokens), "Searching")


def end(tokens, status="done") -> str:
    text = "".join(tokens)
    shown = {"pk": 7, "status": status, "html": rendering.html(text, {}, False, [(0, 9)])}
    return render_to_string("helpdesk/ended.html", {"message": shown | {"conversation": 1}})


async def wrong(*fragments) -> str:
    return (await load.ask(Socket(*fragments), ORDERS, 3))["wrong"]


async def test_a_whole_answer_in_growing_pieces_is_right():
    assert await wrong(piece(SAID[:1]), piece(SAID[:7]), piece(SAID[:7]), end(SAID)) == ""


@pytest.mark.parametrize(
    "fragments",
    [
        [piece(SAID[:7]), piece(SAID[:5]), end(SAID)],
        [piece(SAID[1:7]), end(SAID)],
        [piece(SAID[:3] + SAID[4:7]), end(SAID)],
        [piece(SAID[:3] + SAID[2:7]), end(SAID)],
        [piece(free_model.tokens(4, 12)), end(SAID)],
    ],
    ids=["shrinks", "lost at the start", "lost within", "doubled", "another's"],
)
async def test_a_piece_with_a_lost_a_doubled_or_a_strange_word_is_wrong(fragments):
    assert await wrong(*fragments) == "a piece"


@pytest.mark.parametrize("fragment", [end(SAID[:-1]), end(SAID, "cut_off"), end(SAID, "failed")])
async def test_a_bad_end_is_wrong(fragment):
    assert await wrong(fragment) == "the end"


async def test_a_refusal_is_counted():
    refusal = render_to_string("helpdesk/note.html", {"sentence": "Too many."})
    assert await wrong(refusal) == "refused"


async def test_an_answer_without_an_end_is_counted_as_lost(monkeypatch):
    monkeypatch.setattr(load, "SECONDS", 0.05)

    assert await wrong(piece(SAID[:1])) == "lost"


def test_the_double_sends_each_token_and_the_end():
    lines = free_model.body(3, 12).decode().split("\n\n")
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:13]]

    assert [each["choices"][0]["delta"].get("content", "") for each in chunks[:12]] == SAID
    assert chunks[12]["choices"][0]["finish_reason"] == "stop"
    assert lines[13] == "data: [DONE]"


def test_a_line_of_the_table_tells_what_went_wrong():
    rows = [
        {"first": 5.0, "whole": 9.0, "wrong": ""},
        {"first": 7.0, "whole": 9.0, "wrong": "refused"},
    ]
    spent = {"web": 0.02, "postgres": 0.01, "redis": 0.0, "load": 0.002}
    row = chat.Measured(2, {"seconds": 0.5, "rows": rows}, spent, 321.0).row(1)

    assert len(row) == len(chat.HEADS)
    assert row[:4] == [1, 2, 2, "6.00"]
    assert row[6:9] == ["4.00", "1 refused", "321"]
    assert row[9] == "10.0"
