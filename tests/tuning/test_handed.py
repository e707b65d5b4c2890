"""The sentences that the benchmark of the house style takes out of a company's files."""

from helpdesk.quotes import SHORT_ANSWER_CHARACTERS
from tuning.benchmarks import handed

PAGE = """# Leave

Employees have **25 days** of leave a year. See the [leave form](https://desk.example/leave).

| Years | Days |
|---|---|
| 5 | 27 |
| 10 | 30 |
"""


def test_they_are_what_the_desk_shows_a_model_and_no_markdown(tmp_path):
    (tmp_path / "leave.md").write_text(PAGE)
    (tmp_path / "picture.bin").write_bytes(b"\x00\x01")
    found = handed.sentences_of(tmp_path)
    assert "Years: 5; Days: 27." in found
    assert any(text.startswith("Employees have 25 days of leave a year.") for text in found)
    assert not any("**" in text or "|" in text for text in found)


def test_what_stands_together_is_no_longer_than_an_answer_of_a_small_model():
    known = [f"{number} " + "word " * (2 * number) for number in range(1, 60)]
    asked = handed.cases(known, 3, 20)
    assert asked == handed.cases(known, 3, 20)
    assert all(len(given) == 3 for _, given in asked)
    assert all(sum(map(len, given)) <= SHORT_ANSWER_CHARACTERS for _, given in asked)
