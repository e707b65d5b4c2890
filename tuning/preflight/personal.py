"""Pure: what in a text tells of one person: mail addresses, telephone numbers, cards, accounts.

What a source publishes (a service's mailbox, an emergency line) is no find: the pair may say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tuning.preflight import checksums

MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
# A person's own: first.last@, f.last@.
PERSONAL_MAIL = re.compile(r"[^\W\d_]+[._][^\W\d_]{2,}\d*@")
IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]){11,30}\b")
CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
NO_DIGIT = re.compile(r"\D+")
DATE = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})\b"
    r"|\b\d{1,2}[:.]\d\d\b(?:\s?(?:to|-|–|until|bis)\s?\d{1,2}[:.]\d\d\b)?"
)
PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}[ \t()./-]*(?:\d[ \t()./-]*){5,12}\d"
    r"|\(?0[1-9]\d{0,3}\)?[ \t/-]?(?:\d[ \t/-]?){5,9}\d"
    r"|(?:1-?)?\(?[2-9]\d{2}\)?[ -]\d{3}-\d{4}"
    r"|1[58]\d0[ -]?\d{3}[ -]?\d{3}"
    r")(?![\w-]|[.,]\d)"
)
# Beside such a word fewer digits are a telephone number too.
CALLED = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mobile|cell|call|ring|text|whatsapp|handy|telefon|fax)\b"
    r"[\w .:]{0,24}?(?P<number>\+?\d(?:[ -]?\d){6,13})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
MIN_PHONE_DIGITS = 7
MIN_NATIONAL_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found. `sure` where it is one beyond reasonable doubt."""

    kind: str
    said: str
    sure: bool = True

    @property
    def masked(self) -> str:
        """Enough to find it again, and too little to pass it on."""
        words = self.said.split()
        if any(one.isdigit() for one in self.said):
            return f"…{self.said[-2:]}"
        return " ".join(f"{word[0]}…" for word in words[:4])


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a kind, told by its form, its checksum, and where the form is a common one, by
    a word before it."""

    kind: str
    form: re.Pattern
    valid: Callable[[str], bool] = bool
    sure: bool = True


def after(words: str, form: str) -> re.Pattern:
    return re.compile(rf"\b(?:{words})\b[^\d\n]{{0,25}}(?P<number>{form})(?!\w)", re.IGNORECASE)


NUMBERS = [
    Number("PPS number", re.compile(r"\b(?P<number>\d{7}[A-W][A-IW]?)\b"), checksums.pps),
    Number("DNI", re.compile(r"\b(?P<number>(?:[XYZ]\d|\d{2})\d{6}[A-Z])\b"), checksums.dni, False),
    Number(
        "French social security number",
        re.compile(r"\b(?P<number>[12] ?\d\d ?[01]\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d)\b"),
        checksums.nir,
    ),
    Number("AHV number", re.compile(r"\b(?P<number>756\.\d{4}\.\d{4}\.\d\d)\b"), checksums.ahv),
    Number(
        "national insurance number",
        re.compile(r"\b(?P<number>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D])\b"),
    ),
    Number(
        "social security number",
        re.compile(r"(?<![\w-])(?P<number>(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4})(?![\w-])"),
    ),
    Number("NHS number", after("NHS", r"\d{3}[ -]?\d{3}[ -]?\d{4}"), checksums.nhs),
    Number("BSN", after("BSN|burgerservicenummer", r"\d{9}"), checksums.bsn),
    Number(
        "tax number",
        after(r"steuer\w*|idnr|tax (?:id|number)", r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),
        checksums.tax_id,
    ),
    Number("bank routing number", after("routing|ABA", r"\d{9}"), checksums.routing),
    Number(
        "account number",
        after(r"account|a/c|sort code|konto\w*", r"\d\d-\d\d-\d\d|\d{6,12}"),
        sure=False,
    ),
]


def find(text: str, known: str = "") -> list[Hit]:
    """What tells of a person in `text`, each once. `known` is what the text's sources say."""
    hits: list[Hit] = []

    def take(kind: str, said: str, sure: bool = True) -> str:
        hits.append(Hit(kind, said, sure))
        return " ; "

    text = MAIL.sub(lambda match: mail(match, known, take), text)
    text = IBAN.sub(lambda match: account(match, known, take), text)
    text = CARD.sub(
        lambda m: take("card number", m.group()) if checksums.card(m.group()) else m.group(), text
    )
    for number in NUMBERS:
        for match in number.form.finditer(text):
            if number.valid(match["number"]):
                text = text.replace(
                    match["number"], take(number.kind, match["number"], number.sure)
                )
    text = DATE.sub(" ; ", text)
    held = only_digits(known)
    for pattern in (PHONE, CALLED):
        text = pattern.sub(lambda match: phone(match, held, take), text)
    return list(dict.fromkeys(hits))


def mail(match: re.Match, known: str, take: Callable) -> str:
    said = match.group()
    if said.casefold() not in known.casefold():
        return take("mail address", said)
    return take("mail address", said, False) if PERSONAL_MAIL.match(said) else " ; "


def account(match: re.Match, known: str, take: Callable) -> str:
    found = checksums.iban(match.group())
    if not found:
        return match.group()
    published = found in "".join(known.split()).upper()
    return take("IBAN", found, not published)


def phone(match: re.Match, held: str, take: Callable) -> str:
    said = match.groupdict().get("number") or match.group()
    number = only_digits(said)
    national = match.re is PHONE and said.lstrip("(").startswith("0") and said[:2] != "00"
    if len(number) < (MIN_NATIONAL_DIGITS if national else MIN_PHONE_DIGITS):
        return match.group()
    local = number.lstrip("0")
    return " ; " if local[-9:] in held else take("telephone number", said.strip())


@lru_cache(maxsize=512)
def only_digits(text: str) -> str:
    """The digits of a text; that of a source is asked for again with every pair on it."""
    return NO_DIGIT.sub("", text)
