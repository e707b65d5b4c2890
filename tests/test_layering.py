"""The structure that the rest rests on: who imports whom, and how long anything gets."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["knowledge", "helpdesk", "tuning"]
PURE = [
    "knowledge/chunking.py",
    "knowledge/comparing.py",
    "knowledge/sentences.py",
    "knowledge/extract",
    "helpdesk/prompts.py",
    "helpdesk/citations.py",
    "helpdesk/quotes.py",
    "helpdesk/events.py",
    "helpdesk/showing.py",
    "helpdesk/greetings.py",
    "helpdesk/greeting_phrases.py",
    "helpdesk/supervisor.py",
    "helpdesk/leftovers.py",
    "tuning/train.py",
    "tuning/telling.py",
    "tuning/dora.py",
    "tuning/lean.py",
    "tuning/process.py",
    "tuning/failures.py",
    "tuning/batching.py",
    "tuning/presets.py",
    "tuning/splitting.py",
    "tuning/rendering.py",
    "tuning/plot.py",
    "tuning/pretraining",
]
# Run as a process of their own, `python -m tuning.train`, and imported by nothing else.
TRAINING = {"tuning/dora.py", "tuning/lean.py", "tuning/train.py", "tuning/telling.py"}
SKIPPED = {".git", ".venv", "var", "migrations"}
HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "onnxruntime",
    "rapidocr",
    "onnxocr",
    "peft",
    "trl",
}


def sources(folder="."):
    """The project's Python files below `folder`, or the file itself; migrations are generated."""
    place = ROOT / folder
    found = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts)]


def statements(tree, top_level_only):
    """The import statements, where asked for only those that run when the module is loaded."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        if not (top_level_only and (isinstance(node, functions) or for_types_alone(node))):
            waiting.extend(ast.iter_child_nodes(node))


def for_types_alone(node):
    """Whether this is an `if TYPE_CHECKING:`, which never runs."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(path, top_level_only=False):
    """The names of the modules that a file imports."""
    package = list(path.relative_to(ROOT).parts[:-1])
    found = set()
    for node in statements(ast.parse(path.read_text()), top_level_only):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        else:
            base = package[: len(package) - node.level + 1] if node.level else []
            found.add(".".join([*base, *filter(None, [node.module])]))
    return found


def roots(names):
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    wrong = {path.name: above & roots(imported(path)) for path in sources(layer)}
    assert not {name: layers for name, layers in wrong.items() if layers}


def test_knowledge_knows_no_langchain_and_one_endpoint():
    found = {path.name: roots(imported(path)) for path in sources("knowledge")}
    assert not [
        name for name, each in found.items() if any(r.startswith("langchain") for r in each)
    ]
    assert [name for name, each in found.items() if "openai" in each] == ["endpoint.py"]


@pytest.mark.parametrize("place", PURE)
def test_pure_modules_import_no_django(place):
    found = sources(place)
    assert found, f"{place} is not there"
    assert not [path.name for path in found if "django" in roots(imported(path))]


def test_heavy_libraries_load_only_where_they_are_used():
    wrong = {
        str(path.relative_to(ROOT)): HEAVY & roots(imported(path, top_level_only=True))
        for layer in LAYERS
        for path in sources(layer)
    }
    assert {name for name, heavy in wrong.items() if heavy} == TRAINING
    modules = {name.removesuffix(".py").replace("/", ".") for name in TRAINING}
    others = [path for layer in LAYERS for path in sources(layer)]
    others = [path for path in others if str(path.relative_to(ROOT)) not in TRAINING]
    assert not [path.name for path in others if modules & imported(path, top_level_only=True)]


def test_every_library_that_is_imported_is_required_by_name():
    text = (ROOT / "requirements.txt").read_text().lower().replace("_", "-")
    required = set(re.findall(r"^[a-z0-9-]+", text, re.M))
    shipped = packages_distributions()
    # What builds the demo company's files is run by hand, with requirements-dev.txt.
    builders = {"build.py", "docx_output.py", "markdown_blocks.py", "pdf_output.py"}
    files = [path for layer in LAYERS for path in sources(layer) if path.name not in builders]
    for path in files:
        for name in roots(imported(path)) - sys.stdlib_module_names - {*LAYERS, ""}:
            given_by = {each.lower().replace("_", "-") for each in shipped.get(name, [name])}
            assert given_by & required, f"{path.relative_to(ROOT)} imports {name}"


def test_no_file_is_longer_than_300_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources()
        if (n := len(p.read_text().splitlines())) > 300
    }
    assert not long


def test_no_function_is_longer_than_60_lines():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, kinds) and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not long


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=|\bhx-on|[\"']js:|javascript:", re.I
)


def test_templates_hold_no_inline_script_or_style():
    templates = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    assert templates
    assert not {
        str(p.relative_to(ROOT)): m.group()
        for p in templates
        if (m := INLINE.search(p.read_text()))
    }
