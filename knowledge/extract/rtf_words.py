"""What the control words of RTF mean, as far as text is concerned."""

from dataclasses import dataclass, replace

# Groups that hold no text of the document, or the same text once more.
DROPPED = {
    *(
        "colortbl",
        "pict",
        "objdata",
        "objclass",
        "objname",
        "header",
        "headerl",
        "headerr",
        "headerf",
    ),
    *("footer", "footerl", "footerr", "footerf", "annotation", "atnid", "atnauthor", "fldinst"),
    *("sp", "sn", "sv", "shprslt", "nonshppict", "bkmkstart", "bkmkend", "xe", "tc", "rxe", "txe"),
    *("filetbl", "revtbl", "listtable", "listoverridetable", "rsidtbl", "generator", "author"),
    *("operator", "comment", "doccomm", "company", "manager", "category", "keywords", "subject"),
    *(
        "creatim",
        "revtim",
        "printim",
        "buptim",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
    ),
    *(
        "aftncn",
        "themedata",
        "datastore",
        "latentstyles",
        "nesttableprops",
        "nonesttables",
        "private",
    ),
    *(
        "pnseclvl",
        "fontemb",
        "fontfile",
        "panose",
        "falt",
        "ffname",
        "ffdeftext",
        "ffl",
        "template",
    ),
    *("hlinkbase", "userprops", "mmathPict", "background", "do", "formfield", "datafield"),
}
# Optional groups that hold text nevertheless.
KEPT = {
    "shpinst",
    "shptxt",
    "moMathPara",
    "moMath",
    "footnote",
    "shppict",
    "nestrow",
    "cs",
    "ds",
    "ts",
}
LETTERS = {
    "tab": " ", "line": " ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "nestcell": " | ", "nestrow": " ", "softline": " ",
}  # fmt: skip
CODE_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
# The code page of a font by its character set.
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp850",
}  # fmt: skip


@dataclass(slots=True)
class State:
    """What holds within a group, and ends with it."""

    target: str = "text"
    optional: bool = False
    font: int = -1
    replaced: int = 1
    hidden: bool = False
    deleted: bool = False
    note: int = 0
    style: int = 0
    level: int = 0
    depth: int = 0
    in_table: bool = False

    def copy(self) -> "State":
        """The state of a group within this one."""
        return replace(self, optional=False)


def is_property(word: str) -> bool:
    """Whether a word begins the properties of a formula, which hold no text."""
    return word.startswith("m") and word.endswith("Pr")
