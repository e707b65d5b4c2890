from helpdesk import metrics_table

BEFORE = {"leave": {"page@1": 0.82, "search_ms_p50": 9.0}}
NOW = {"leave": {"page@1": 0.89, "search_ms_p50": 4.0, "questions": 100}, "pay": {"page@1": 0.5}}


def test_a_table_has_a_column_a_set_and_the_change_of_each_figure():
    lines = metrics_table.table(NOW, BEFORE).splitlines()
    assert lines[0] == "|  | leave | pay |"
    assert "| `page@1` | 0.89 (+0.07) | 0.5 |" in lines
    assert "| `questions` | 100 |  |" in lines


def test_times_are_shown_and_not_compared():
    assert "| `search_ms_p50` | 4 |  |" in metrics_table.table(NOW, BEFORE)


def test_what_did_not_change_has_no_brackets():
    assert "(" not in metrics_table.table(NOW, NOW)


def test_figures_are_kept_and_read_again_beside_those_of_other_sets(tmp_path):
    path = tmp_path / "retrieval.json"
    assert metrics_table.read(path) == {}
    metrics_table.keep(BEFORE, path)
    metrics_table.keep({"pay": {"page@1": 0.5}}, path)
    assert metrics_table.read(path) == {**BEFORE, "pay": {"page@1": 0.5}}


def test_the_table_in_the_document_is_written_anew(tmp_path):
    document = tmp_path / "retrieval.md"
    table = f"{metrics_table.BEGIN}\nold \\1\n{metrics_table.END}"
    document.write_text(f"Before.\n\n{table}\n\nAfter.\n")
    metrics_table.keep(NOW, tmp_path / "retrieval.json")
    text = document.read_text()
    assert "old" not in text
    assert "| `page@1` | 0.89 | 0.5 |" in text
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
