"""The names of people, and what is written with capitals besides."""

import pytest

from tests.tuning.preflight.handbook import texts
from tuning.preflight import names

NAMED = [
    ("Dear Ms Byrne, thank you for asking.", "Byrne"),
    ("Dear Mrs. O'Brien,", "O'Brien"),
    ("Sehr geehrter Herr Dr. Müller, gern.", "Müller"),
    ("Frau van der Berg hilft weiter.", "van der Berg"),
    ("Hi Jane,\nyou have 25 days.", "Jane"),
    ("Hello Priya! Yes, you may.", "Priya"),
    ("Just call Jane Doe in payroll.", "Jane Doe"),
    ("Ask Xochitl Ramirez for the key.", "Xochitl Ramirez"),
    ("My manager Tomasz Nowak approved it.", "Tomasz Nowak"),
    ("Please tell Mark Hughes about it.", "Mark Hughes"),
    ("It is with Aisling Ní Bhriain now.", "Aisling Ní Bhriain"),
    ("You have 25 days.\n\nKind regards,\nNiamh Kelly", "Niamh Kelly"),
    ("25 Tage.\n\nMit freundlichen Grüßen\nKlaus Weber", "Klaus Weber"),
    ("Best wishes,\nOluwaseun", "Oluwaseun"),
    ("Peter J. Walsh signs it.", "Peter J. Walsh"),
]
NAMELESS = [
    "Thanks for asking, happy to help! You have 25 days. Let me know if anything is unclear.",
    "Dear colleague, dear all, Dear Sir or Madam, Dear Team,",
    "Hi there, Hello everyone, Hi all!",
    "Contact Human Resources, call Meridian Support, or ask the Service Desk.",
    "Ask Finance Operations, email Customer Services, tell Legal Counsel.",
    "Call Health and Safety before you open Microsoft Teams or Google Drive.",
    "St Patrick Street, Victoria Station, George Square, Martin House, Charlotte Quay",
    "Will Finance pay? May Friday be taken? Mark Monday as leave. Grant Access first.",
    "In Paris, New York, San Francisco and Cork; from June Week to April Fair.",
    "The Managing Director and the Company Secretary approve it under the Code of Conduct.",
    "Open Compass, then Ledgerline. Kind regards,\nThe Payroll Team",
    "Best regards,\nHuman Resources",
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_person_is_found(text, name):
    assert name in [hit.said for hit in names.find(text)]


@pytest.mark.parametrize("text", NAMELESS)
def test_offices_places_and_products_are_no_persons(text):
    assert names.find(text) == []


def test_of_a_colleague_it_is_sure_unless_a_source_names_them():
    people = [("Emer", "Byrne"), ("", "Solo")]
    (hit,) = names.find("Ask Emer Byrne, or Byrne, Emer.", people)
    assert (hit.kind, hit.said, hit.sure) == ("name of a colleague", "Emer Byrne", True)
    (hit,) = names.find("Ask Emer Byrne.", people, known="DPO: Emer Byrne")
    assert not hit.sure


def test_a_phrase_that_a_source_writes_is_no_name_for_its_capitals_alone():
    assert names.find("Call Meridian Lumen.", known="Meridian Lumen helps abroad.") == []
    assert names.find("Call Meridian Lumen.")


def test_the_demo_handbook_raises_no_false_alarm():
    """Of its 24,000 words none is the name of a person."""
    found = [hit for text in texts() for hit in names.find(text)]
    assert found == []
