"""Pure: the figures of a text (amounts with their units, dates, times) in one form each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar",
            "february feb februar",
            "march mar märz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:19|20)\d\d"
DATES = (
    re.compile(rf"\b(?P<y>{YEAR})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})\b"),
    re.compile(rf"\b(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>{YEAR})\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<n>{MONTH})\b\.?,?"
        rf"(?:\s+(?P<y>{YEAR})\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<n>{MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+(?P<y>{YEAR})\b)?",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<n>{MONTH})\b\.?,?\s+(?P<y>{YEAR})\b", re.IGNORECASE),
)
TIME = re.compile(
    r"\b(?P<h>[01]?\d|2[0-4])(?:[:.](?P<i>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)\b",
    re.IGNORECASE,
)
SYMBOLS = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "%": "%"}
# A number, and what tells its unit: the symbol before it, or up to three words after it.
AMOUNT = re.compile(
    r"(?P<symbol>[€$£¥])?\s?(?<![\w.,])(?P<number>\d[\d.,]*)(?P<after>\s?[€$£¥%]|[A-Za-zµ°]*)"
    r"(?P<words>(?:[ \t-][^\W\d_]+){0,3})"
)
# A thin or plain space, or an apostrophe, between the digits of a number: 1 000.
GROUPED = re.compile(r"(?<=\d)[\s\u2009\u202f'’](?=\d{3}(?!\d))")
UNITS = {
    form: unit
    for unit, forms in {
        "eur": "eur euro euros",
        "usd": "usd dollar dollars",
        "gbp": "gbp pound pounds",
        "%": "percent percentage prozent pct",
        "minute": "minute minutes min mins minuten",
        "hour": "hour hours hrs stunde stunden",
        "day": "day days workday workdays tag tage tagen",
        "night": "night nights",
        "week": "week weeks woche wochen",
        "month": "month months monat monate monaten",
        "year": "year years jahr jahre jahren",
        "km": "km kilometre kilometres kilometer kilometers",
        "mile": "mile miles",
        "kg": "kg kilogram kilograms kilo kilos",
        "gb": "gb",
        "mb": "mb",
        "time": "times",
    }.items()
    for form in forms.split()
}
SMALL = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10))  # noqa: B905
)
SPELLED = re.compile(
    rf"\b(?:(?P<ten>{'|'.join(TENS)})(?:[- ](?P<unit>{'|'.join(list(SMALL)[:9])}))?"
    rf"|(?P<small>{'|'.join(SMALL)}))\b",
    re.IGNORECASE,
)
# A spelled number counts as an amount of these alone: "one of the two" counts nothing.
AFTER = re.compile(r"(?:[ \t-][^\W\d_]+){0,3}")
LIST_NUMBER = re.compile(r"(?m)^\s*(?:[-*>]\s+)?\d{1,2}[.)]\s|(?<![\w(])\(?\d{1,2}\)(?=\s)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, "" where none stands beside it; `said` is how it is written."""

    value: float
    unit: str
    said: str


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or a month; 0 stands for what is not said. Times are days of hour and minute."""

    year: int
    month: int
    day: int
    said: str

    def same(self, other: Date) -> bool:
        """Whether both may mean one day: what one of them leaves out does not tell them apart."""
        mine, theirs = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(a == b or not (a and b) for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a text. A number or a date with two readings is there with both of them,
    as a tuple; times are minutes since midnight."""

    amounts: tuple[tuple[Amount, ...], ...]
    dates: tuple[tuple[Date, ...], ...]
    times: tuple[tuple[int, str], ...]

    def __bool__(self):
        return bool(self.amounts or self.dates or self.times)


@lru_cache(maxsize=2_000)
def figures(text: str) -> Figures:
    """The figures of `text`, kept for what was read lately. The number of a list's item is none."""
    text = LIST_NUMBER.sub(" ", GROUPED.sub("", unicodedata.normalize("NFKC", text)))
    dates, times = [], []
    for pattern in DATES:
        text = pattern.sub(lambda match: take(dates, days(match), match), text)
    text = TIME.sub(lambda match: take(times, [minutes(match)], match), text)
    amounts = [
        *(amount(match) for match in AMOUNT.finditer(text)),
        *(spelled(text, match) for match in SPELLED.finditer(text)),
    ]
    return Figures(tuple(filter(None, amounts)), tuple(dates), tuple(one for (one,) in times))


def take(kept: list, readings: Iterable, match: re.Match) -> str:
    """Keeps what a match means, and blanks it out of the text; leaves it where it means nothing."""
    found = tuple(one for one in readings if one is not None)
    if not found:
        return match.group()
    kept.append(found)
    return " ; "


def days(match: re.Match) -> list[Date]:
    """The days that a match may mean: 1/3/2025 is the first of March or the third of January."""
    parts = match.groupdict()
    year, said = int(parts.get("y") or 0), match.group().strip(" ,")
    if "a" in parts:
        a, b = int(parts["a"]), int(parts["b"])
        pairs = {(a, b), (b, a)}
    else:
        month = MONTHS[parts["n"].lower()] if parts.get("n") else int(parts["m"])
        pairs = {(int(parts.get("d") or 0), month)}
    return [Date(year, m, d, said) for d, m in sorted(pairs) if 1 <= m <= 12 and d <= 31]


def minutes(match: re.Match) -> tuple[int, str] | None:
    if match["half"]:
        hour = int(match["h"]) % 12 + 12 * (match["half"].lower() == "p")
        return 60 * hour + int(match["i"] or 0), match.group()
    return 60 * int(match["hour"]) + int(match["minute"]), match.group()


def amount(match: re.Match) -> tuple[Amount, ...]:
    """A number in digits: with each of its readings, where a point may mean two things."""
    after = match["after"].strip().lower()
    if after and after not in UNITS and after not in SYMBOLS and after not in ("k", "m", "h", "d"):
        return ()  # a code, as 4B
    unit = SYMBOLS.get(match["symbol"] or after) or UNITS.get(after) or unit_of(match["words"])
    said = match.group()[: match.end("after") - match.start()].strip().rstrip(".,")
    times = 1000 if after == "k" else 1
    return tuple(Amount(value * times, unit, said) for value in sorted(values(match["number"])))


def spelled(text: str, match: re.Match) -> tuple[Amount, ...]:
    """A number in words, where a unit follows."""
    unit = unit_of(AFTER.match(text, match.end()).group())
    if not unit:
        return ()
    value = TENS.get((match["ten"] or "").lower(), 0)
    value += SMALL.get((match["unit"] or match["small"] or "").lower(), 0)
    return (Amount(float(value), unit, match.group()),)


def unit_of(words: str) -> str:
    """The unit that the next words name: "working days" are days."""
    return next((UNITS[w] for w in re.split(r"[ \t-]", words.lower()) if w in UNITS), "")


def values(number: str) -> set[float]:
    """What digits with points and commas may mean: 1.500 is one and a half, or 1,500."""
    number = number.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        return {float(number.replace(",", ""))}
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", number):
        readings = {float(number.replace(".", "").replace(",", "."))}
        return readings | (
            {float(number)} if number.count(".") == 1 and "," not in number else set()
        )
    if re.fullmatch(r"\d+(?:[.,]\d+)?", number):
        return {float(number.replace(",", "."))}
    return {float(part) for part in re.findall(r"\d+", number)}


def missing(claim: Figures, known: Iterable[Figures]) -> list[str]:
    """The figures of a claim, as it writes them, that none of the known texts has.

    An amount is another one where the unit differs; one without a unit equals any.
    """
    amounts = {(a.value, a.unit) for f in known for readings in f.amounts for a in readings}
    bare = {value for value, _ in amounts}
    dates = [date for f in known for readings in f.dates for date in readings]
    years = {float(date.year) for date in dates}
    times = {minute for f in known for minute, _ in f.times}

    def has(one: Amount) -> bool:
        if not one.unit:
            return one.value in bare or one.value in years
        return (one.value, one.unit) in amounts or (one.value, "") in amounts

    lost = [r[0].said for r in claim.amounts if not any(map(has, r))]
    lost += [r[0].said for r in claim.dates if not any(d.same(o) for d in r for o in dates)]
    return lost + [said for minute, said in claim.times if minute not in times]
