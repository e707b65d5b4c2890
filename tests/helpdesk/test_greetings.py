"""What is nothing but a courtesy, and what is a question whatever it begins with."""

import json

import pytest
from django.conf import settings

from helpdesk import greetings
from helpdesk.greeting_phrases import ENGLISH, GERMAN, OTHER, Kind
from helpdesk.greetings import Greeting, recognised

DEMO = settings.BASE_DIR / "knowledge" / "demo"


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("Hi", Kind.HELLO, OTHER),
        ("hi!", Kind.HELLO, OTHER),
        ("Hiiii 👋🏽", Kind.HELLO, OTHER),
        ("Hello there", Kind.HELLO, ENGLISH),
        ("GOOD MORNING", Kind.HELLO, ENGLISH),
        ("Hey team :-)", Kind.HELLO, OTHER),
        ("Dear help desk,", Kind.HELLO, ENGLISH),
        ("Guten Tag", Kind.HELLO, GERMAN),
        ("Hallo zusammen!", Kind.HELLO, GERMAN),
        ("Grüß Gott", Kind.HELLO, GERMAN),
        ("Gruess Gott", Kind.HELLO, GERMAN),
        ("Hi, guten Morgen", Kind.HELLO, GERMAN),
        ("Hello, guten Morgen", Kind.HELLO, OTHER),
        ("Bonjour", Kind.HELLO, OTHER),
        ("¡Buenos dias!", Kind.HELLO, OTHER),
        ("Olá", Kind.HELLO, OTHER),
        ("GÜNAYDIN", Kind.HELLO, OTHER),
        ("dzien dobry", Kind.HELLO, OTHER),
        ("привет", Kind.HELLO, OTHER),
        ("안녕하세요", Kind.HELLO, OTHER),
        ("नमस्ते", Kind.HELLO, OTHER),
        ("thanks!", Kind.THANKS, ENGLISH),
        ("Thankssss 🙏", Kind.THANKS, ENGLISH),
        ("thx :D", Kind.THANKS, OTHER),
        ("Thank you so much for your quick reply!", Kind.THANKS, ENGLISH),
        ("ok, got it, thanks", Kind.THANKS, ENGLISH),
        ("I'm fine, thanks", Kind.THANKS, ENGLISH),
        ("great, thank you all", Kind.THANKS, ENGLISH),
        ("danke dir", Kind.THANKS, GERMAN),
        ("Super, danke!", Kind.THANKS, GERMAN),
        ("Vielen Dank für die schnelle Antwort", Kind.THANKS, GERMAN),
        ("Dankeschoen", Kind.THANKS, GERMAN),
        ("merci beaucoup", Kind.THANKS, OTHER),
        ("teşekkür ederim", Kind.THANKS, OTHER),
        ("谢谢", Kind.THANKS, OTHER),
        ("Can I talk to a person?", Kind.PERSON, ENGLISH),
        ("Hi, I'd like to speak to a real human please", Kind.PERSON, ENGLISH),
        ("connect me to an agent", Kind.PERSON, ENGLISH),
        ("Kann ich bitte mit einem Menschen sprechen?", Kind.PERSON, GERMAN),
        ("Ich möchte mit einer echten Person reden", Kind.PERSON, GERMAN),
        ("bye", Kind.FAREWELL, OTHER),
        ("Thanks and goodbye", Kind.FAREWELL, ENGLISH),
        ("that's all, thanks", Kind.FAREWELL, ENGLISH),
        ("Dann tschüss!", Kind.FAREWELL, GERMAN),
        ("bye then", Kind.FAREWELL, OTHER),
        ("Danke und tschüß", Kind.FAREWELL, GERMAN),
        ("Noch einen schönen Tag!", Kind.FAREWELL, GERMAN),
        ("ok", Kind.OK, OTHER),
        ("👍", Kind.OK, OTHER),
        (":)", Kind.OK, OTHER),
        ("That's fine, ok then.", Kind.OK, ENGLISH),
        ("That makes sense.", Kind.OK, ENGLISH),
        ("alles klar", Kind.OK, GERMAN),
        ("How are you?", Kind.HOW_ARE_YOU, ENGLISH),
        ("hi, how’s it going", Kind.HOW_ARE_YOU, ENGLISH),
        ("Na, wie geht's dir?", Kind.HOW_ARE_YOU, GERMAN),
        ("Who are you?", Kind.ABOUT, ENGLISH),
        ("hello, what can you do", Kind.ABOUT, ENGLISH),
        ("Bist du ein Mensch?", Kind.ABOUT, GERMAN),
        ("Was kannst du alles?", Kind.ABOUT, GERMAN),
        ("help", Kind.HELP, ENGLISH),
        ("Hi! Can you help me, please?", Kind.HELP, ENGLISH),
        ("Hilfe!", Kind.HELP, GERMAN),
        ("Ich hätte da mal eine Frage", Kind.HELP, GERMAN),
        ("?", Kind.HELP, OTHER),
        ("…", Kind.HELP, OTHER),
        ("test", Kind.HELP, OTHER),
        ("test 123", Kind.HELP, OTHER),
    ],
)
def test_a_courtesy_is_recognised_with_its_language(text, kind, language):
    assert recognised(text) == Greeting(kind, language)


@pytest.mark.parametrize(
    "text",
    [
        # A question behind a courtesy, before it, or in one word.
        "Hi, how many days of leave do I have?",
        "Hallo, wie viel Urlaub habe ich?",
        "thanks, and for part-time?",
        "Danke, und bei Teilzeit?",
        "ok, and then?",
        "ok, then?",
        "then",
        "danke, und dann?",
        "great, and when?",
        "thanks. When?",
        "leave? thanks",
        "hi leave",
        "Thank you for the information about leave",
        "thanks for your sick pay",
        "hi 5",
        "danke 2027",
        # One word that may be asked for or answer something.
        "yes",
        "no",
        "ja",
        "nein",
        "morning",
        "evening",
        "Mahlzeit",
        "toll",
        "fine",
        "super",
        "Nice",
        "good",
        "gut",
        "notice",
        "what?",
        "why",
        "and",
        "und",
        "and you?",
        "so",
        "all",
        "team",
        "there",
        "please",
        "bitte",
        "desk",
        "sorry",
        "Entschuldigung",
        "Feierabend",
        "bis morgen",
        "thanks, fine?",
        "ok, super?",
        "hi, all good",
        # What only sounds like one.
        "help desk",
        "help team",
        "help with leave",
        "I need help with my laptop",
        "Can you help me with expenses?",
        "I have a question about leave",
        "Ich habe eine Frage zum Urlaub",
        "How are you insured?",
        "Who are you insured with?",
        "What can you do about noise?",
        "Who is the CEO?",
        "Wer sind Sie?",
        "wer sind sie",
        "Wie geht es weiter?",
        "Wie geht das?",
        "How does this work?",
        "What is this?",
        "Is that all?",
        "Can I talk to a person about my pay?",
        "test plan",
        "testing policy",
        "Thanksgiving",
        "thanks giving",
        "good day rate",
        "goodbye gift",
        "have a nice day off",
        "see you in court",
        "perfect attendance",
        "great Britain",
        "hello world",
        "hi Anna",
        "Hallo Berlin",
        "take care leave",
        "OK button",
        "bye week",
        # Signs that may be asked for, in the place of words.
        "2+2",
        "83",
        "I want to talk to HR",
        "agent",
        "human resources",
        "Mit wem kann ich sprechen?",
        "5 €",
        "€",
        "+",
        "½",
        "XP",
        "产假",
        "отпуск",
        "",
        "   ",
        "hi " * 60,
        "hi hi hi hi hi hi hi hi hi hi hi hi hi hi hi",
    ],
)
def test_any_other_word_makes_it_a_question(text):
    assert recognised(text) is None


@pytest.mark.parametrize("courtesy", ["Hi, ", "Thanks! ", "Guten Tag. ", "ok ", "help: "])
def test_no_question_of_the_demo_company_is_a_courtesy_with_one_before_it_or_without(courtesy):
    sets = [DEMO / "questions.jsonl", DEMO / "questions-hard.jsonl", DEMO / "phrasings.jsonl"]
    rows = [json.loads(line) for path in sets for line in path.read_text().splitlines()]
    kinds = ("rewordings", "paraphrases", "near_misses")
    asked = [row["question"] for row in rows]
    asked += [each for row in rows for kind in kinds for each in row.get(kind, ())]

    assert len(asked) > 300
    assert not [each for each in asked if recognised(each) or recognised(courtesy + each)]


def test_every_phrase_is_found_whole_by_its_own_words():
    known, longest = greetings.phrases()

    assert longest <= greetings.MOST_WORDS
    for said, part in known.items():
        assert greetings.words(said) == tuple(said.split()), said
        assert recognised(said) == part.greeting, said


def test_a_long_text_of_courtesies_costs_next_to_nothing(monkeypatch):
    monkeypatch.setattr(greetings, "words", None)

    assert recognised("thanks and " * 2000) is None
