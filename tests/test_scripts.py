"""The pages' scripts share one global scope: what two of them declare ends the second."""

import re
from collections import Counter

from tests.live import ROOT

DECLARED = re.compile(r"^(?:const|let|class|(?:async )?function\*?) +([\w$]+)", re.MULTILINE)


def test_no_two_scripts_declare_the_same_name():
    names = Counter(
        name
        for script in (ROOT / "static").glob("*.js")
        for name in DECLARED.findall(script.read_text())
    )
    assert names["element"] == 1
    assert [name for name, count in names.items() if count > 1] == []
