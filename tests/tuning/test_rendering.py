"""Curated answers under the chat's prompts."""

import re
from dataclasses import replace

from helpdesk import showing
from knowledge import sentences
from knowledge.found import Found, Sentence
from tuning import rendering

LEAVE = "Employees have 25 days of paid leave a year. Unused days lapse on 31 March."
SICK = "Call your manager before 9:00 on the first day. A certificate is due on day 3."


def found(text, number=1):
    spans = tuple(Sentence(*span, 0.9) for span in sentences.split(text))
    one = Found(
        number, number, number, "rules.pdf", "", "Everyone", 1, "2026-01-01", "", text, 1, 2.0, 0.9
    )
    return replace(one, sentences=spans)


def test_each_sentence_that_a_passage_bears_out_gets_its_mark_and_a_greeting_none():
    answer = "Hello! You have 25 days of paid leave a year [7]. Call your manager before 9:00. Bye."
    shown = rendering.shown("What?", answer, [found(LEAVE), found(SICK, 2)], showing.PASSAGES)
    assert rendering.cited(answer, shown, showing.PASSAGES) == (
        "Hello! You have 25 days of paid leave a year. [1] Call your manager before 9:00. [2] Bye."
    )


def test_a_small_model_is_shown_the_sentences_that_the_answer_repeats():
    answer = "Hello. A certificate is due on day 3. Unused days lapse on 31 March. Bye."
    passages = [found(LEAVE), found(SICK, 2)]
    shown = rendering.shown("When?", answer, passages, showing.SENTENCES)
    asked = shown.messages[-1]["content"]
    assert "A certificate is due on day 3. [1]\nUnused days lapse on 31 March. [2]" in asked
    assert "25 days" not in asked
    assert rendering.cited(answer, shown, showing.SENTENCES) == (
        "Hello. A certificate is due on day 3. [1] Unused days lapse on 31 March. [2] Bye."
    )


def test_neighbours_that_are_repeated_are_one_line_with_one_mark():
    answer = f"Hello. {LEAVE} Bye."
    shown = rendering.shown("Leave?", answer, [found(LEAVE)], showing.SENTENCES)
    assert rendering.cited(answer, shown, showing.SENTENCES) == f"Hello. {LEAVE} [1] Bye."


def test_what_is_always_said_is_learned_around_other_sentences_too():
    answer = "Hello. Unused days lapse on 31 March. Bye."
    passages = [found(LEAVE), found(SICK, 2)]
    shown = rendering.shown("When?", answer, passages, showing.SENTENCES)
    made = [rendering.varied("When?", answer, shown, passages, str(i)) for i in range(20)]
    assert len({each[-1]["content"] for each in made}) > 5
    for each in made:
        said, asked = each[-1]["content"], each[-2]["content"]
        assert said.startswith("Hello. ")
        assert said.endswith("] Bye.")
        lines = asked.partition("\n")[2].partition("\n</")[0].split("\n")
        assert said == f"Hello. {' '.join(lines)} Bye."
        assert all(line.rpartition(" [")[0] in LEAVE + SICK for line in lines)


def test_scrambled_lines_are_the_same_words_in_another_order_and_are_repeated_too():
    answer = "Hello. Unused days lapse on 31 March. Bye."
    passages = [found(LEAVE), found(SICK, 2)]
    shown = rendering.shown("When?", answer, passages, showing.SENTENCES)
    known = set(re.findall(r"\w+", LEAVE + SICK))
    again, framed = [], []
    for i in range(20):
        made = rendering.varied("When?", answer, shown, passages, str(i), scramble=True)
        assert made == rendering.varied("When?", answer, shown, passages, str(i), scramble=True)
        lines = made[-2]["content"].partition("\n")[2].partition("\n</")[0].split("\n")
        assert made[-1]["content"] == f"Hello. {' '.join(lines)} Bye."
        for line in lines:
            bare = line.rpartition(" [")[0]
            assert bare not in LEAVE + SICK
            words = bare.split()
            again.append(len(set(words)) < len(words))
            framed.append("Hello" in bare or "Bye" in bare)
            plain = [word for word in words if word.isalpha()]
            assert plain
            assert sum(word in known for word in plain) > len(plain) / 2
    assert sum(again) > len(again) * 0.8
    assert sum(framed) > len(framed) * 0.5


def test_an_answer_in_other_words_is_not_varied():
    passages = [found(LEAVE)]
    shown = rendering.shown("Leave?", LEAVE, passages, showing.SENTENCES)
    assert rendering.varied("Leave?", "You get 25 days.", shown, passages, "1") is None
