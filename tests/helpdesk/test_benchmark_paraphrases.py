import io
import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)
ROW = {
    "question": "How many days of leave do I get?",
    "rewordings": ["Please, how many days of leave do I get?"],
    "paraphrases": ["Number of leave days that I get in a year?"],
    "near_misses": ["How many hours a week do I work?"],
}
LINE = json.dumps(ROW)


@pytest.fixture
def printed(tmp_path):
    """The last table, each line's cells by its first; then the last line."""

    def printed(text=LINE):
        file, out = tmp_path / "questions.jsonl", io.StringIO()
        file.write_text(text)
        call_command("benchmark", "paraphrases", str(file), stdout=out)
        lines = out.getvalue().strip().splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return {name: cells for name, *cells in rows if len(cells) == 4}, lines[-1]

    return printed


def test_without_a_language_model_the_words_decide(printed, settings):
    settings.CURATED_SIMILARITY = 0.0
    rows, last = printed()
    assert rows["rewordings"] == ["1", "1", "0", "0"]
    assert rows["paraphrases"] == ["1", "0", "0", "1"]
    assert "No language model" in last


def test_the_active_model_is_asked_of_what_comes_near(printed, settings, engine, model_server):
    settings.CURATED_SIMILARITY = 0.0
    engine.activate()
    model_server.thinks(lambda said: "yes" if "in a year" in said[1]["content"] else "no")
    rows, last = printed()
    assert rows["paraphrases"] == ["1", "0", "1", "0"]
    assert rows["questions that ask something else"] == ["1", "0", "0", "1"]
    assert "was asked 2 times" in last


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"rewordings": ["Alone?"]}'])
def test_a_line_that_is_none_is_told_with_its_place(printed, line):
    with pytest.raises(CommandError, match="line 2: expected"):
        printed(LINE + "\n" + line)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="can't be read"):
        call_command("benchmark", "paraphrases", "/nowhere.jsonl")
