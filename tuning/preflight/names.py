"""Pure: the names of people in a text, without taking products, offices and places for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tuning.preflight.given_names import AMBIGUOUS, COMMON
from tuning.preflight.personal import Hit

CAPITAL = r"[A-ZÀ-ÖØ-Þ](?:[’'][A-ZÀ-ÖØ-Þ])?[a-zß-öø-ÿ]+(?:[-’'][A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+)*"
PARTICLE = r"(?:(?:van|von|de|der|den|la|di|du|da|Mac|Mc|Ní|Ó)[ ]){0,2}"
TITLED = re.compile(
    rf"\b(?P<title>Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Herr|Frau|Mme|Monsieur|Madame|Sig)\b\.?[ ]"
    rf"(?:Dr\.?[ ])?(?P<name>{PARTICLE}{CAPITAL}(?:[ ]{CAPITAL})?)"
)
GREETED = re.compile(
    rf"(?:^|(?<=[.!?\n]))\s*(?:Dear|Hi|Hello|Hey|Hallo|Liebe[r]?|Good (?:morning|afternoon))[ ,]+"
    rf"(?P<name>{CAPITAL}(?:[ ]{CAPITAL})?)(?=\s*[,!:.\n]|$)",
    re.MULTILINE,
)
SIGNED = re.compile(
    r"(?:^|\n)[ \t]*(?:(?:Kind|Best|Warm|Many)?[ ]?(?:regards|wishes|thanks)|Yours(?: sincerely"
    r"| faithfully| truly)?|Sincerely|Cheers|Thanks|(?:Mit )?(?:freundlichen|besten|viele|liebe)\w*"
    rf" Gr[üu](?:ß|ss)en?|VG|LG)[,!.]?[ \t]*\n+[ \t]*(?P<name>{CAPITAL}(?:[ ]{PARTICLE}{CAPITAL})"
    r"{0,2})[ \t]*(?:$|\n|,)",
    re.IGNORECASE | re.MULTILINE,
)
WHOLE = re.compile(rf"\b(?P<first>{CAPITAL})[ ](?:[A-Z]\.[ ])?(?P<last>{PARTICLE}{CAPITAL})")
ASKED = re.compile(
    r"\b(?:call|ring|ask|e-?mail|contact|phone|tell|(?:write|speak|talk|report) to|speak with"
    rf"|colleague|my (?:manager|boss|mentor))[ ](?P<first>{CAPITAL})[ ](?P<last>{CAPITAL})",
    re.IGNORECASE,
)
# No surname, and nobody's greeting either.
NO_NAME = frozenset(
    """
    act address advice agency agreement airport all allowance area assist association authority
    avenue bank bay benefits bill board bonus branch bridge building bureau business calendar
    canteen care case castle centre center certificate chamber charter circle city claims clinic
    club coast code college colleague colleagues committee company compensation conduct
    conference controller coordinator corporation council counsel county court cross customer
    customers cup day days delivery department dept design desk director directors directory
    division dock drive east engineer engineers engineering equipment estate everybody everyone
    exchange executive expenses facilities facility fair families family festival field finance
    first floor folks form forum foundation friend friends fund garden gate general governance
    grant green ground group guest guests guide hall harbour head health help helpdesk highway
    hill holiday holidays hospital hotel house human industrial information inn institute
    insurance internal island lab lane law leader leave legal library line lodge lounge madam
    mail management manager managers market marketing mill ministry monday museum north notice
    number officer offices office operations operator order palace park parking partner partners
    path payroll pensions people personnel place plan plant plaza point police policy portal
    post press procurement product products programme project protection purchasing quay quality
    reception records region register relations report resources review river road room rooms
    route safety sales school science secretariat secretary section security service services
    shop side sir site sites society software south square staff station stores street suite
    support system systems team teams technology terminal terrace theatre there times tower town
    training transport travel treasury trust tuesday union unit university valley view village
    visa wednesday week welfare west wharf works world yard year january february march april
    may june july august september october november december thursday friday saturday sunday
    christmas easter
    """.split()
)
STARTERS = frozenset(
    """
    the a an your our my his her their this that these those if when where what who how please
    also and or but for from in on at by to with only any all no yes it he she they you we
    """.split()
)


def find(text: str, people: Iterable[tuple[str, str]] = (), known: str = "") -> list[Hit]:
    """The names in `text`. `people` are the company's own, as (first, last): of these it is sure.

    `known` is what the text's sources say: a phrase that stands there is a name only where more
    than its capitals tells so.
    """
    found: dict[str, Hit] = {}
    for first, last in people:
        one, other = re.escape(first), re.escape(last)
        whole = rf"\b(?:{one}[ ]+{other}|{other},[ ]{one})\b"
        if first and last and (match := re.search(whole, text)):
            published = match.group() in known
            found[match.group()] = Hit("name of a colleague", match.group(), not published)
    lasts = {last for _first, last in people}
    for name in (*titled(text, lasts), *greeted(text), *signed(text), *whole_names(text, known)):
        if not any(name in longer for longer in found):
            found[name] = Hit("name", name, False)
    return list(found.values())


def titled(text: str, lasts: set[str]) -> Iterable[str]:
    for match in TITLED.finditer(text):
        if not ordinary(match["name"].split()[0]) or match["name"] in lasts:
            yield match["name"]


def greeted(text: str) -> Iterable[str]:
    for match in GREETED.finditer(text):
        words = match["name"].split()
        if words[0].lower() in COMMON | AMBIGUOUS and not any(map(ordinary, words[1:])):
            yield match["name"]


def signed(text: str) -> Iterable[str]:
    for match in SIGNED.finditer(text):
        words = match["name"].split()
        if words[0][0].isupper() and not any(map(ordinary, words)):
            yield match["name"]


def whole_names(text: str, known: str) -> Iterable[str]:
    """A given name with a surname; after a verb of asking, any two capitals that no source has."""
    for match in WHOLE.finditer(text):
        first, last = match["first"].lower(), match["last"].split()[-1].lower()
        begins = re.search(r"(?:^|[.!?:\n])\s*$", text[: match.start()])
        given = first in COMMON or (first in AMBIGUOUS and not begins)
        if given and not ordinary(last):
            yield match.group()
    for match in ASKED.finditer(text):
        name = f"{match['first']} {match['last']}"
        capital = match["first"][0].isupper() and match["last"][0].isupper()
        if capital and name not in known and not any(map(ordinary, name.split())):
            yield name


def ordinary(word: str) -> bool:
    """Whether a capitalised word is an office, a place or a word of the language."""
    bare = re.sub(r"['’]s$", "", word.lower())
    return bare in NO_NAME or bare in STARTERS
