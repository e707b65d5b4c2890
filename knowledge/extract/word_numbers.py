"""The numbers of a Word file's lists, counted as Word counts them."""

import re

ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _name(node) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _value(node, name: str = "val") -> str:
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


class Numbers:
    """Gives each list paragraph its mark: "-" for a bullet, "2.1" or "b)" for a number."""

    def __init__(self, root):
        self.lists: dict[str, str] = {}
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        for node in () if root is None else root:
            if _name(node) == "abstractNum":
                self.levels[_value(node, "abstractNumId")] = _levels(node)
            elif _name(node) == "num":
                abstract = next((each for each in node if _name(each) == "abstractNumId"), None)
                if abstract is not None:
                    self.lists[_value(node, "numId")] = _value(abstract)

    def mark(self, number: str, level: int) -> str:
        """The mark of the next paragraph of a list at a level."""
        abstract = self.lists.get(number, "")
        levels = self.levels.get(abstract, {})
        form, pattern, start = levels.get(level, ("bullet", "", 1))
        counts = self.counts.setdefault(abstract, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if form == "none":
            return ""
        if form == "bullet":
            return "-"

        def count(match: re.Match) -> str:
            at = int(match.group(1)) - 1
            its_form, _, its_start = levels.get(at, ("decimal", "", 1))
            return written(counts.get(at, its_start), its_form)

        return re.sub(r"%(\d)", count, pattern).strip()


def _levels(node) -> dict[int, tuple[str, str, int]]:
    levels = {}
    for level in node:
        if _name(level) != "lvl":
            continue
        parts = {_name(each): _value(each) for each in level}
        start = parts.get("start", "1")
        depth = _value(level, "ilvl")
        levels[int(depth) if depth.isdigit() else 0] = (
            parts.get("numFmt", "decimal"),
            parts.get("lvlText", "%1."),
            int(start) if start.isdigit() else 1,
        )
    return levels


def written(number: int, form: str) -> str:
    """A number in one of Word's forms."""
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = ""
        for size, sign in ROMAN:
            while number >= size:
                roman, number = roman + sign, number - size
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)
