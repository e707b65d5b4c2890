import io
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.management import call_command

from helpdesk.benchmarks import pgvectorstore, rights, search
from helpdesk.benchmarks.search import Measured, chart, p95, row
from knowledge.benchmarks import loading


def printed(*arguments):
    out = io.StringIO()
    call_command("benchmark", "search", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_search_is_measured_by_what_may_be_seen(monkeypatch, tmp_path):
    monkeypatch.setattr(search, "scratch", nullcontext)
    monkeypatch.setattr(loading, "words_unsorted", nullcontext)
    vectors = np.random.default_rng(1).standard_normal((50, 384)).astype(np.float32)
    monkeypatch.setattr(rights, "real_vectors", lambda embedder: vectors)
    plot = tmp_path / "plot.svg"
    text = printed(
        *(
            "--passages",
            "400",
            "--selectivities",
            "1",
            ".1",
            "--questions",
            "3",
            "--store-up-to",
            "0",
        ),
        *("--plot", str(plot)),
    )
    heads, _, *lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [line[:2] for line in cells] == [["400", "100%"], ["400", "10%"]]
    # So few are compared one by one: nothing is missed.
    assert [line[8] for line in cells] == ["1.000", "1.000"]
    assert all(float(line[2]) > float(line[5]) > 0 for line in cells)
    assert "100% may be seen" in plot.read_text()


def test_without_the_other_store_its_columns_are_empty():
    one = Measured([1.0, 2.0], [3.0, 4.0], [0.5, 0.5], [1.0, 0.9], 4.0)
    assert one.whole == [4.5, 6.5]
    assert row(10_000, 0.1, one)[:9] == [
        *("10,000", "10%", "5.50", "6.40", "1.50", "3.50", "0.500", "4.00", "0.950"),
    ]
    assert row(10_000, 0.1, one)[9:] == ["", "", ""]


def test_the_other_store_has_its_columns_and_its_line():
    one = Measured([1.0], [2.0], [1.0], [1.0], 4.0, [9.0], [0.5])
    assert row(100, 1.0, one)[9:] == ["9.00", "9.00", "0.500"]
    drawn = chart({(100, 1.0): one, (1000, 1.0): one, (100, 0.1): one})
    assert list(drawn.lines) == ["100% may be seen", "PGVectorStore, 100%", "10% may be seen"]


def test_the_slowest_of_twenty_is_told_apart():
    assert p95([1.0]) == 1.0
    assert p95([*range(1, 20), 100.0]) > 19


def test_it_runs_alone_where_the_other_store_is_not_installed(monkeypatch):
    monkeypatch.setattr(pgvectorstore, "find_spec", lambda name: None)
    assert not pgvectorstore.installed()
    monkeypatch.setattr(pgvectorstore, "find_spec", lambda name: SimpleNamespace())
    assert pgvectorstore.installed()
