"""Pure: whether digits are a card's, an account's or a person's number, by its own checksum."""

from string import ascii_uppercase

# Characters of an IBAN by its country.
IBAN_LENGTHS = {
    **dict.fromkeys(["NO"], 15),
    **dict.fromkeys(["BE"], 16),
    **dict.fromkeys(["DK", "FI", "NL", "FO", "GL"], 18),
    **dict.fromkeys(["MK", "SI"], 19),
    **dict.fromkeys(["AT", "BA", "EE", "KZ", "LT", "LU", "XK"], 20),
    **dict.fromkeys(["CH", "HR", "LI", "LV"], 21),
    **dict.fromkeys(["BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"], 22),
    **dict.fromkeys(["AE", "GI", "IL", "IQ", "TL"], 23),
    **dict.fromkeys(["AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"], 24),
    **dict.fromkeys(["PT", "ST"], 25),
    **dict.fromkeys(["IS", "TR"], 26),
    **dict.fromkeys(["FR", "GR", "IT", "MC", "MR", "SM"], 27),
    **dict.fromkeys(["AL", "AZ", "CY", "DO", "GT", "HU", "LB", "PL", "SV"], 28),
    **dict.fromkeys(["BR", "EG", "PS", "QA", "UA"], 29),
    **dict.fromkeys(["JO", "KW", "MU"], 30),
    **dict.fromkeys(["MT", "SC"], 31),
}
LETTERS_OF_23 = "TRWAGMYFPDXBNJZSQVHLCKE"
LETTERS_OF_PPS = "WABCDEFGHIJKLMNOPQRSTUV"


def digits(text: str) -> list[int]:
    return [int(one) for one in text if one.isdecimal() and one.isascii()]


def luhn(number: str) -> bool:
    """The checksum of payment cards."""
    found = digits(number)[::-1]
    doubled = (2 * one - 9 * (one > 4) for one in found[1::2])
    return bool(found) and any(found) and (sum(found[::2]) + sum(doubled)) % 10 == 0


def card(number: str) -> bool:
    """A payment card: of an issuer's beginning and length, with the right checksum."""
    text = "".join(map(str, digits(number)))
    first, length = text[:2], len(text)
    issued = (
        (text[0] == "4" and length in (13, 16, 19))
        or ("51" <= first <= "55" and length == 16)
        or ("2221" <= text[:4] <= "2720" and length == 16)
        or (first in ("34", "37") and length == 15)
        or (first in ("30", "36", "38", "39") and length == 14)
        or (first in ("35", "60", "64", "65", "62") and length == 16)
        or (first in ("50", "56", "57", "58", "63", "67") and length in (16, 18, 19))
    )
    return issued and luhn(text)


def iban(text: str) -> str:
    """The IBAN that a text begins with, without spaces; "" where it begins with none."""
    compact = "".join(text.split()).upper()
    length = IBAN_LENGTHS.get(compact[:2], 0)
    found = compact[:length]
    if not length or len(found) < length:
        return ""
    turned = found[4:] + found[:4]
    number = "".join(str(int(one, 36)) for one in turned)
    return found if int(number) % 97 == 1 else ""


def weighted(number: str, weights: list[int], modulus: int) -> int:
    return sum(a * b for a, b in zip(digits(number), weights, strict=False)) % modulus


def routing(number: str) -> bool:
    """An American bank's routing number."""
    return weighted(number, [3, 7, 1] * 3, 10) == 0 and any(digits(number))


def nhs(number: str) -> bool:
    """A British number of the health service."""
    check = 11 - weighted(number, list(range(10, 1, -1)), 11)
    return digits(number)[-1] == (0 if check == 11 else check)


def bsn(number: str) -> bool:
    """A Dutch citizen's number."""
    return weighted(number, [9, 8, 7, 6, 5, 4, 3, 2, -1], 11) == 0 and any(digits(number))


def pps(number: str) -> bool:
    """An Irish personal public service number."""
    seven, letters = number[:7], number[7:].upper()
    second = ascii_uppercase.index(letters[1]) + 1 if len(letters) > 1 else 0
    second = 0 if letters[1:] == "W" else second
    total = weighted(seven, list(range(8, 1, -1)), 10**9) + 9 * second
    return LETTERS_OF_PPS[total % 23] == letters[0]


def dni(number: str) -> bool:
    """A Spanish identity number, of a citizen or a foreigner."""
    text = number.upper()
    body = text[:-1].translate(str.maketrans("XYZ", "012"))
    return LETTERS_OF_23[int(body) % 23] == text[-1]


def nir(number: str) -> bool:
    """A French social security number with its key."""
    text = "".join(map(str, digits(number)))
    return 97 - int(text[:13]) % 97 == int(text[13:15])


def ahv(number: str) -> bool:
    """A Swiss social security number."""
    found = digits(number)
    return (-sum(a * b for a, b in zip(found[:12], [1, 3] * 6, strict=True))) % 10 == found[12]


def tax_id(number: str) -> bool:
    """A German tax identification number."""
    found, product = digits(number), 10
    for one in found[:10]:
        total = (one + product) % 10 or 10
        product = total * 2 % 11
    return found[0] != 0 and (11 - product) % 10 == found[10]
