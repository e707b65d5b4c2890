"""Sentences that nobody wrote: templates, invented words, numbers, codes and random tokens."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

ONSETS = "b br c ch cl d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t tr th v w z".split()
ONSETS += ["", "schw", "zh", "ø", "ph"]
VOWELS = "a e i o u ai ea ee ie oa oo ou ä ö ü é y".split()
CODAS = ["", "", "", "n", "r", "l", "s", "t", "m", "k", "nd", "st", "rk", "x", "ng", "ß", "lm"]
MONTHS = (
    "January February March April May June July August September October November December".split()
)
# Letters of many scripts, signs and currencies, of which a handbook may hold any.
BLOCKS = ((0xA1, 0x24F), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x2027), (0x20A0, 0x20BF))
BLOCKS += ((0x2190, 0x22FF), (0x4E00, 0x9FFF), (0x5D0, 0x5EA), (0x627, 0x64A), (0x3041, 0x30FF))
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
UNITS = (
    "days hours minutes weeks months years working days percent kilometres euro pounds copies"
    " people seats items pages nights metres kilograms points calls"
).split()
WHO = (
    "Employees|Every employee|New starters|Managers|Your manager|The team lead|Apprentices|Visitors"
    "|Part-time staff|Contractors|The service desk|Human Resources|The payroll team|Drivers|Nurses"
    "|Warehouse staff|The finance team|A colleague|Anyone who travels|Shift workers|Trainees|You"
    "|The facilities office|Engineers|The safety officer|Students|Volunteers|The board|Customers"
).split("|")
MUST = (
    "must|may|can|should|need to|have to|are asked to|must not|may not|cannot|are entitled to|will"
).split("|")
DO = (
    "book|claim|report|return|approve|sign|request|carry|bring|keep|collect|submit|check|order"
    "|store|record|share|cancel|extend|renew|take|use|lock|send|pay|file|print|read|repair|inspect"
).split("|")
WHAT = (
    "a parking space|the badge|annual leave|parental leave|a laptop|the receipt|an expense claim"
    "|overtime|the safety shoes|a hotel room|the company car|the access card|a meeting room"
    "|personal data|a sick note|the contract|a training course|the timesheet|a replacement phone"
    "|the invoice|a travel advance|the visitor log|the fire drill|a standing desk|medical files"
    "|the gym subsidy|a bicycle|the first aid box|the forklift|unpaid leave|the quarterly bonus"
).split("|")
FRAMES = (
    "{who} {must} {do} {what} within {n} {unit}.",
    "{who} {must} {do} {what} by {date}.",
    "{who} {must} {do} {what} at {place}, and {must} {do} {what} before {time}.",
    "If {what} costs more than {money}, {who} {must} {do} it with {name}.",
    "From {date} on, {what} is limited to {n} {unit} a year.",
    "{name} is the contact for {what}: {mail} or {phone}.",
    "The form {code} for {what} is at {url}.",
    "{who} {must} {do} up to {n} {unit}; {what} counts for {money} each.",
    "{what} | {money} | {n} {unit} | {name}",
    "In {place}, {who} {must} {do} {what} every {day} between {time} and {time}.",
    "{name} ({place}) approves {what} above {money}.",
    "After {n} {unit} of service: {what}, {n} {unit} and {money}.",
    "Does {what} apply in {place}? Yes, until {date}.",
    "{who} who {do} {what} on a {day} receive {n}% more, at most {money}.",
    "Write to {mail} when {what} is lost, late or damaged.",
    "{who} {must} write to {person} or {person} when {what} is lost.",
    "{person} keeps {what} from {time}–{time}, on {day}s from {time} to {time}.",
    "Open on {day}s {time}–{time}, {day}s {time}–{time} and in {month} also {time}–{time}.",
)


def digits(chance: random.Random, length: int) -> str:
    first = chance.choice("123456789")
    return first + "".join(chance.choices(string.digits, k=length - 1))


def word(chance: random.Random) -> str:
    """A word of one to four syllables that no language has."""
    count = chance.choice((1, 2, 2, 3, 3, 4))
    syllables = (
        chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS) for _ in range(count)
    )
    return "".join(syllables)


def like(chance: random.Random, model: str) -> str:
    """An invented word in the case of another."""
    made = word(chance)
    return made.upper() if model.isupper() else made.title() if model[0].isupper() else made


def name(chance: random.Random) -> str:
    return " ".join(word(chance).title() for _ in range(chance.choice((1, 2, 2, 3))))


def person(chance: random.Random) -> str:
    """A name with the address that is made from it."""
    first, last = word(chance).title(), word(chance).title()
    short = chance.choice((first[:1], first, f"{first}.{last}")).lower()
    address = f"{short}.{last.lower()}@{word(chance)}.example"
    return chance.choice((f"{first} {last} ({address})", f"{first} {last}, {address}"))


def foreign(chance: random.Random) -> str:
    """Signs of one block of Unicode, that can be seen."""
    block = chance.choice(BLOCKS)
    signs = [chr(chance.randint(*block)) for _ in range(chance.randint(1, 6))]
    return "".join(sign for sign in signs if sign.isprintable() and not sign.isspace())


def echoing(chance: random.Random, text: str) -> str:
    """A text in which some of its words come again: a copier must know which time it is."""
    words = text.split()
    for _ in range(chance.randint(1, 3)):
        start, place = chance.randrange(len(words)), chance.randrange(len(words) + 1)
        words[place:place] = words[start : start + chance.randint(1, 6)]
    return " ".join(words[:40])


def code(chance: random.Random) -> str:
    """A form's or a machine's number."""
    letters = "".join(chance.choices(string.ascii_uppercase, k=chance.randint(1, 4)))
    joint = chance.choice(("-", "/", "", " ", "."))
    return f"{letters}{joint}{digits(chance, chance.randint(1, 5))}"


def money(chance: random.Random) -> str:
    whole = f"{int(digits(chance, chance.randint(1, 6))):,}"
    cents = chance.choice(("", "", f".{digits(chance, 2)}"))
    sign = chance.choice(("€{}", "£{}", "${}", "{} EUR", "{} CHF", "{} kr"))
    return sign.format(whole + cents)


def number(chance: random.Random) -> str:
    plain = digits(chance, chance.choice((1, 1, 2, 2, 3, 4)))
    return chance.choice((plain, plain, f"{plain}.{digits(chance, 1)}", f"{int(plain):,}"))


def date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 31), chance.choice(MONTHS), chance.randint(1990, 2039)
    forms = (
        f"{day} {month} {year}",
        f"{day} {month}",
        f"{month} {day}, {year}",
        f"{month} {year}",
        f"{year}-{chance.randint(1, 12):02}-{day:02}",
        f"{day}.{chance.randint(1, 12)}.{year}",
    )
    return chance.choice(forms)


def fillers(chance: random.Random) -> dict:
    """What fills the slots of a template, drawn anew at each use."""
    made = {
        "who": lambda: chance.choice(WHO),
        "must": lambda: chance.choice(MUST),
        "do": lambda: chance.choice(DO),
        "what": lambda: chance.choice(WHAT),
        "unit": lambda: chance.choice(UNITS),
        "day": lambda: chance.choice(DAYS),
        "n": lambda: number(chance),
        "date": lambda: date(chance),
        "time": lambda: f"{chance.randint(0, 23)}:{chance.choice(('00', '15', '30', '45'))}",
        "money": lambda: money(chance),
        "name": lambda: name(chance),
        "place": lambda: chance.choice(("room ", "", "", "building ")) + word(chance).title(),
        "month": lambda: chance.choice(MONTHS),
        "person": lambda: person(chance),
        "mail": lambda: f"{word(chance)}.{word(chance)}@{word(chance)}.example",
        "phone": lambda: f"+{digits(chance, 2)} {digits(chance, 3)} {digits(chance, 5)}",
        "code": lambda: code(chance),
        "url": lambda: f"https://{word(chance)}.example/{word(chance)}/{code(chance)}",
    }
    return made


class Slots(dict):
    """Fills a template's slot by calling what stands under its name."""

    def __init__(self, chance: random.Random):
        super().__init__(fillers(chance))

    def __getitem__(self, key):
        return super().__getitem__(key)()


def templated(chance: random.Random) -> str:
    made = chance.choice(FRAMES).format_map(Slots(chance))
    return made[0].upper() + made[1:]


def invented(chance: random.Random) -> str:
    """A sentence of invented words, with a number or a code among them."""
    words = [word(chance) for _ in range(chance.randint(3, 14))]
    for make in (number, code, date, money, name, foreign, person):
        if chance.random() < 0.3:
            words.insert(chance.randrange(len(words) + 1), make(chance))
    glue = chance.choice((", ", " ", " ", " ", "; "))
    made = " ".join(words[:4]) + glue + " ".join(words[4:])
    return made[0].upper() + made[1:].rstrip(";, ") + chance.choice((".", ".", ".", "!", ":", ""))


def tokens(chance: random.Random, vocabulary: Sequence[str]) -> str:
    """Pieces of words in no order."""
    made = "".join(chance.choices(vocabulary, k=chance.randint(4, 30)))
    return " ".join(made.split()) or word(chance)
