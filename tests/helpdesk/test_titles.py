"""A conversation's title: short, readable, and out of its first question."""

import pytest

from helpdesk import titles


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How many days of leave do I have?", "How many days of leave do I have?"),
        ("Hi there, how many days of leave do I have?", "How many days of leave do I have?"),
        ("Hello team! Can you please tell me how leave works?", "How leave works?"),
        ("Good morning. I would like to know what a hotel may cost", "What a hotel may cost"),
        ("I moved to Cork. Who pays for my move? Thanks!", "Who pays for my move?"),
        (
            "Hallo zusammen, kannst du mir sagen, wie viel Urlaub ich habe?",
            "Wie viel Urlaub ich habe?",
        ),
        ("Can I take 2.5 days off?", "Can I take 2.5 days off?"),
        ("  leave\n\n days  ", "Leave days"),
        ("Hi", "Hi"),
        ("?", "?"),
        ("hi! Hello there!", "Hi! Hello there!"),
        ("Meals, e.g. lunch, in Manchester.", "Meals, e.g. lunch, in Manchester"),
    ],
)
def test_it_leaves_out_what_stands_before_the_point(question, title):
    assert titles.of(question) == title


def test_a_long_question_ends_at_a_word():
    title = titles.of("How many unused leave days can I carry over into next year, and until when?")

    assert title == "How many unused leave days can I carry over into next year…"
    assert len(title) <= titles.TITLE_CHARS


def test_one_long_word_is_cut():
    assert titles.of("x" * 500) == "X" + "x" * (titles.TITLE_CHARS - 2) + "…"


def test_it_takes_no_longer_for_a_hostile_text():
    assert titles.of("please " * 600 + "a. " * 200)


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("Carrying over leave", "Carrying over leave"),
        ('Title: "Carrying over leave."', "Carrying over leave"),
        ("<think>Hm.</think>\n**Leave days**", "Leave days"),
        ("Titel: „Urlaub übertragen“", "Urlaub übertragen"),
        ("", ""),
        ("Sure! Here is one:\nLeave", ""),
        ("x" * 81, ""),
    ],
)
def test_of_a_reply_only_a_title_is_taken(reply, title):
    assert titles.said(reply) == title
