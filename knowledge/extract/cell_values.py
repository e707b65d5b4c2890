"""The value of a spreadsheet's cell as a reader sees it, near enough."""

import datetime
import re

# What a number format says of a currency: a sign of it, or [$€-407].
CURRENCY = re.compile(r"\[\$([^\]-]+)[^\]]*\]|\"([^\"]*[$€£¥₹][^\"]*)\"|([$€£¥₹])")


def shown(cell) -> str:
    """A cell as a reader sees it, near enough."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    style = cell.number_format or ""
    if isinstance(value, datetime.datetime):
        return _moment(value, style)
    if isinstance(value, int | float):
        return _number(value, style)
    return " ".join(str(value).split())


def _moment(value: datetime.datetime, style: str) -> str:
    """A date, with the time where it has one or its format shows one, and with its seconds too."""
    _, _, rest = style.lower().partition("h")
    if value.time() == datetime.time() and not rest:
        return value.date().isoformat()
    return value.isoformat(" ", "seconds" if "s" in rest or value.second else "minutes")


def _number(value: float, style: str) -> str:
    """A number with its percent sign or its currency; its digits as they are stored."""
    if "%" in style:
        return f"{value * 100:.10g}%"
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    match = CURRENCY.search(style) if "$" in style or not style.isascii() else None
    sign = next((part for part in match.groups() if part), "").strip() if match else ""
    if not sign:
        return text
    before = match.start() < min((style.find(c) for c in "0#" if c in style), default=0)
    return f"{sign}{text}" if before and len(sign) == 1 else f"{text} {sign}"
