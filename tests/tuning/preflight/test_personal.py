"""What tells of one person, and what only looks like it."""

import pytest

from tuning.preflight import checksums, personal

PLANTED = [
    ("Write to jane.doe@gmail.com about it.", "mail address"),
    ("Mail j_murphy@corp.example.org", "mail address"),
    ("Ring 087 123 4567 after six.", "telephone number"),
    ("My number is +353 87 123 4567.", "telephone number"),
    ("Call me: (061) 555 0412", "telephone number"),
    ("+49 (0)171 2345678", "telephone number"),
    ("Tel. 030/1234567-8", "telephone number"),
    ("Call 555 0142 33", "telephone number"),
    ("In the office (212) 555-0187.", "telephone number"),
    ("0044 20 7946 0958", "telephone number"),
    ("Card 4111 1111 1111 1111, please", "card number"),
    ("5500-0055-5555-5559", "card number"),
    ("Amex 378282246310005.", "card number"),
    ("Pay into IE29 AIBK 9311 5212 3456 78 BIC AIBKIE2D", "IBAN"),
    ("DE89370400440532013000", "IBAN"),
    ("GB29 NWBK 6016 1331 9268 19.", "IBAN"),
    ("Her PPS number is 1234567T.", "PPS number"),
    ("SSN 078-05-1120", "social security number"),
    ("NI number AB 12 34 56 C", "national insurance number"),
    ("NHS number 943 476 5919", "NHS number"),
    ("BSN 111222333", "BSN"),
    ("AHV 756.9217.0769.85", "AHV number"),
    ("NIR 2 55 08 14 168 025 38", "French social security number"),
    ("Steuer-ID: 86 095 742 719", "tax number"),
    ("routing number 021000021", "bank routing number"),
    ("12345678Z", "DNI"),
    ("Kontonummer 532013000", "account number"),
]
HARMLESS = [
    "Ten working days' notice, from 01.02.2026 to 28/02/2026, 09:00 to 16:00.",
    "Cost centres 0200-0499 are closed; see section 4.2.1 and form HR-07.",
    "Up to €1 000 000.00 or 12,345,678 units, 4 000 km a year at €0.43.",
    "Order 4111 1111 1111 1112 is no card, nor is 1234567890123456.",
    "ISBN 978-3-16-148410-0, version 3.11.9, IP 192.168.10.254",
    "IE29 AIBK 9311 5212 3456 79 has a wrong checksum.",
    "Extension 4911, room 0.08, badge 004512.",
    "Project 2024-0187 ended on 2026-01-31, invoice 20260131007.",
    "The 123-45-6789 form? No: part 000-45-6789.",
    "Serial 12345678A, drawing 1234567A.",
    "@channel, see C:\\temp\\a@b",
    "Between 06:00 and 12:00 on the third Sunday; 14 to 16 weeks; 2019/2020.",
]


@pytest.mark.parametrize(("text", "kind"), PLANTED)
def test_what_is_planted_is_found(text, kind):
    assert kind in [hit.kind for hit in personal.find(text)]


@pytest.mark.parametrize("text", HARMLESS[:8] + HARMLESS[9:])
def test_what_only_looks_like_it_is_left_alone(text):
    assert personal.find(text) == []


def test_an_impossible_social_security_number_is_none():
    (hit,) = personal.find(HARMLESS[8])
    assert hit.said == "123-45-6789"


def test_what_a_source_publishes_is_no_find():
    known = "Call Meridian Assist, +353 61 555 0190, or write to help@desk.example."
    assert personal.find("Call 061 555 0190 or HELP@desk.example.", known) == []
    (hit,) = personal.find("Call 061 555 0191.", known)
    assert hit.sure


def test_a_persons_own_address_and_a_published_account_are_told_without_certainty():
    known = "Ask jane.doe@desk.example. IBAN: IE29AIBK93115212345678"
    hits = personal.find("jane.doe@desk.example, IE29 AIBK 9311 5212 3456 78", known)
    assert [(hit.kind, hit.sure) for hit in hits] == [("mail address", False), ("IBAN", False)]


def test_a_find_is_masked():
    (hit,) = personal.find("4111 1111 1111 1111")
    assert hit.masked == "…11"
    (hit,) = personal.find("jane.doe@gmail.com")
    assert hit.masked == "j…"


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "6011111111111117"])
def test_one_wrong_digit_spoils_a_card(number):
    assert checksums.card(number)
    for place in range(len(number)):
        other = str((int(number[place]) + 1) % 10)
        assert not checksums.luhn(number[:place] + other + number[place + 1 :])
