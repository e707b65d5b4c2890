"""`manage.py benchmark` itself, and what its benchmarks share."""

import io
import mmap
import sys
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command

from knowledge.benchmarks import measure, question, tables
from knowledge.benchmarks.embedding import run
from knowledge.errors import KnowledgeError
from knowledge.management.commands import benchmark


def printed(*arguments):
    out = io.StringIO()
    call_command("benchmark", *arguments, stdout=out)
    return out.getvalue()


def test_a_benchmark_is_found_by_its_name():
    assert benchmark.benchmarks()["embedding"].run is run


def test_what_only_helps_is_no_benchmark():
    assert not {"tables", "measure", "question", "samples"} & set(benchmark.benchmarks())


def test_every_app_may_bring_its_own(monkeypatch):
    module = ModuleType("own", "How fast nothing is done.\n\nMore.")
    module.add_arguments = lambda parser: parser.add_argument("--times", type=int, default=2)
    module.run = lambda options, out: out.write(f"nothing, {options['times']} times")
    monkeypatch.setattr(benchmark, "benchmarks", lambda: {"own": module})
    assert printed("own") == "nothing, 2 times\n"
    assert printed("own", "--times=3") == "nothing, 3 times\n"


def test_apps_without_benchmarks_are_passed_over(tmp_path, monkeypatch):
    (tmp_path / "someapp" / "benchmarks").mkdir(parents=True)
    (tmp_path / "someapp" / "__init__.py").write_text("")
    (tmp_path / "someapp" / "benchmarks" / "__init__.py").write_text("")
    code = "def add_arguments(parser): ...\ndef run(options, out): ...\n"
    (tmp_path / "someapp" / "benchmarks" / "naps.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)

    class Config:
        def __init__(self, name):
            self.name = name

    both = [Config("helpdesk.management"), Config("someapp")]
    monkeypatch.setattr(benchmark.apps, "get_app_configs", lambda: both)
    assert list(benchmark.benchmarks()) == ["naps"]
    for name in [each for each in sys.modules if each.startswith("someapp")]:
        del sys.modules[name]


def test_a_name_that_is_none_is_told():
    with pytest.raises(CommandError, match="invalid choice: 'naps'"):
        printed("naps")


def test_an_error_is_one_line(monkeypatch):
    def fail(options, out):
        raise KnowledgeError("The model is gone.")

    monkeypatch.setattr(benchmark.benchmarks()["embedding"], "run", fail)
    with pytest.raises(CommandError, match=r"^The model is gone\.$"):
        printed("embedding")


def test_the_backends_stand_in_a_table():
    text = printed("embedding", "--passages=12", "--rounds=1")
    assert text.startswith("12 passages of ")
    rows = [[cell.strip() for cell in row.split("|")] for row in text.splitlines() if "|" in row]
    (plain,) = [row for row in rows if row[1] == "fp32"]
    assert plain[5:8] == ["1.00", "1.0000", "1.0000"]
    assert all(float(row[7]) > 0.98 for row in rows[2:])


def test_calls_take_turns():
    said = []
    calls = {"a": lambda: said.append("a"), "b": lambda: said.append("b")}
    times = measure.in_turns(calls, 3)
    assert said == ["a", "b"] * 3
    assert len(times["a"].clock) == len(times["b"].processor) == 3


def test_a_ratio_is_of_processor_time():
    slow, fast = measure.Times([9, 9, 9], [4, 6, 99]), measure.Times([1, 2, 3], [2, 2, 2])
    assert fast.ratio(slow) == 3
    assert (slow.seconds, slow.processor_seconds) == (9, 6)


def test_the_peak_of_memory_is_kept(monkeypatch):
    monkeypatch.setattr(measure.psutil.Process, "children", lambda *_, **__: [])
    with measure.Memory() as memory:
        before = memory.own
        # Pages fresh from the system: an allocator may hand out some that are resident already.
        with mmap.mmap(-1, 60_000_000) as filled:
            filled.write(b"x" * 60_000_000)
            memory._look()
    assert memory.own > before + 40
    assert memory.children == 0


def test_a_question_is_timed_in_milliseconds(monkeypatch):
    class Embedder:
        def encode(self, texts, question):
            assert question

    monkeypatch.setattr(question, "QUESTIONS", 3)
    assert 0 <= question.latency(Embedder()) < 100


def test_a_table_is_markdown():
    assert tables.table(["set", "n"], [["one", 1], ["twenty", 1234]]) == (
        "| set    |    n |\n| ------ | ---: |\n| one    |    1 |\n| twenty | 1234 |"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (12345.6, "12,346")],
)
def test_numbers_have_three_digits_that_count(value, text):
    assert tables.number(value) == text
