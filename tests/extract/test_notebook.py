"""Jupyter notebooks."""

import json

import pytest

from knowledge.extract import KnowledgeError, extract

from .samples import texts


def read(tmp_path, book):
    path = tmp_path / "file.ipynb"
    path.write_text(json.dumps(book))
    return extract(path)


def test_text_code_and_what_it_printed_are_read_in_order(tmp_path):
    outputs = [
        {"output_type": "stream", "text": ["4", "2\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "'ok'", "image/png": "iVBO"}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[0m"]},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# Rates\n", "\n", "Ten *days*."]},
        {"cell_type": "code", "source": "print(42)", "outputs": outputs},
    ]
    found = read(tmp_path, {"cells": cells, "nbformat": 4})
    assert found.title == "Rates"
    assert texts(found) == ["Rates", "Ten days.", "print(42)", "42", "'ok'", "ValueError: no"]


def test_an_older_notebook_is_read(tmp_path):
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Old"},
        {"cell_type": "code", "input": "1"},
    ]
    assert texts(read(tmp_path, {"worksheets": [{"cells": cells}]})) == ["Old", "1"]


@pytest.mark.parametrize("book", [[1], "words"])
def test_another_json_file_under_its_name_is_refused(tmp_path, book):
    with pytest.raises(KnowledgeError, match="no notebook"):
        read(tmp_path, book)
