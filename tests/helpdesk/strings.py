"""Every string for people in the tree, as makemessages finds it, without xgettext."""

import ast
import re

from django.utils.translation.template import templatize

APPS = ("helpdesk", "knowledge", "tuning")
SINGLE = {"_", "_t", "_lazy", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}


def of_templates(root):
    """What the templates say, once Django has made calls of gettext out of it."""
    for path in (root / "templates").rglob("*.html"):
        # What is no call is blanked out letter by letter there, so that it is no Python.
        code = templatize(path.read_text(), origin=str(path))
        for call in re.finditer(r"\b(_|gettext|ngettext|pgettext)\(", code):
            yield from literals(code, call.end())


def literals(code, start):
    """The first strings of the call whose arguments begin at `start`."""
    string = r"\s*u?(\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')\s*"
    if found := re.compile(string, re.S).match(code, start):
        yield ast.literal_eval(found[1])


def of_python(root):
    for app in APPS:
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from said(node)


def said(call):
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    first = call.args[0] if call.args else None
    if name in SINGLE | PLURAL and isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value
