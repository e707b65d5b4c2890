"""Keys of rows, as addresses and forms name them."""

# No key of the database has more digits, and Python reads no number of thousands of them.
MOST_DIGITS = 18


def key(text: str) -> int | None:
    """The key that a text names; None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
