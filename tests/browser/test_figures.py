"""The demo handbook's own questions, asked of the running desk as an employee."""

import json

import pytest

pytestmark = pytest.mark.browser


def test_nine_in_ten_are_answered_from_the_right_page_and_the_rest_declined(live_desk, tmp_path):
    path = tmp_path / "report.json"
    over = [part for slug in ("everyone", "managers", "finance") for part in ("--over", slug)]
    live_desk.manage("evaluate", "knowledge/demo", *over, "--user", "employee", "--json", str(path))
    report = json.loads(path.read_text())
    assert report["questions"] >= 40
    assert report["answered_from_gold"] >= 0.9
    assert report["abstain_recall"] == 1
    declined = [row for row in report["rows"] if not row["answerable"]]
    assert sum(row["question"]["collection"] != "everyone" for row in declined) >= 6
    assert sum(row["question"]["unanswerable"] for row in declined) >= 10
