import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from helpdesk.confidence import SHIPPED
from helpdesk.models import Calibration
from knowledge.models import Collection, Index
from tests.helpdesk.answers import FACT, QUESTION

pytestmark = pytest.mark.django_db(transaction=True)


def write(folder, questions, documents=()):
    folder.mkdir()
    lines = "\n".join(json.dumps({"id": str(n)} | one) for n, one in enumerate(questions))
    (folder / "questions.jsonl").write_text(lines)
    for name, text in dict(documents).items():
        (folder / "docs").mkdir(exist_ok=True)
        (folder / "docs" / name).write_text(text)
    return str(folder)


@pytest.fixture
def sets(tmp_path, administrator):
    own = write(tmp_path / "own", [{"question": QUESTION}], {"leave.md": f"# Leave\n\n{FACT}\n"})
    foreign = write(tmp_path / "foreign", [{"question": "Zebra quagga okapi?"}])
    return own, foreign


def test_it_is_kept_and_used_from_then_on(sets, capsys):
    assert Calibration.current() == SHIPPED
    call_command("calibrate", *sets)
    row = Calibration.objects.get()
    assert (row.answerable, row.unanswerable, row.max_declined) == (1, 1, 0.05)
    assert (row.sets, row.declined, row.caught) == ("own, foreign", 0, 1)
    assert Calibration.current() == row.scale != SHIPPED
    assert "at most 5.0%" in capsys.readouterr().out
    assert not Collection.objects.filter(slug="evaluation-own").exists()


def test_a_dry_run_changes_nothing(sets, capsys):
    call_command("calibrate", *sets, dry_run=True)
    assert "Threshold" in capsys.readouterr().out
    assert not Calibration.objects.exists()


def test_the_threshold_decides_what_is_declined(sets, ask, leave):
    call_command("calibrate", *sets)
    assert not ask()[-1].abstained
    Calibration.objects.update(threshold=1.0)
    assert ask()[-1].abstained


def test_one_for_other_vectors_is_not_used(sets):
    call_command("calibrate", *sets)
    Index.objects.update(recipe="another model")
    assert Calibration.current() == SHIPPED


def test_what_is_there_already_can_be_asked(tmp_path, administrator, leave):
    own = write(tmp_path / "own", [{"question": QUESTION}])
    call_command("calibrate", own, over=["everyone"])
    assert Calibration.objects.get().answerable == 1
    assert Collection.objects.filter(slug="everyone").exists()


@pytest.mark.parametrize(
    ("questions", "options", "message"),
    [
        ([{"question": QUESTION}], {}, "has docs/"),
        ([{"question": QUESTION}], {"max_declined": 5.0}, "from 0 to 1"),
        ([{"question": QUESTION}], {"over": ["nowhere"]}, "no answerable"),
        ([{"no": "question"}], {"over": ["everyone"]}, "Line 1"),
    ],
)
def test_what_can_not_be_fitted_is_told(tmp_path, administrator, questions, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("calibrate", write(tmp_path / "own", questions), **options)


def test_the_admin_shows_it_and_gives_it_up(sets, client, administrator):
    call_command("calibrate", *sets)
    client.force_login(administrator)
    page = client.get(reverse("admin:helpdesk_calibration_changelist")).text
    assert "own, foreign" in page
    assert client.get(reverse("admin:helpdesk_calibration_add")).status_code == 403
    row = Calibration.objects.get()
    client.post(reverse("admin:helpdesk_calibration_delete", args=[row.pk]), {"post": "yes"})
    assert Calibration.current() == SHIPPED


@pytest.mark.parametrize("person", ["employee", "outsider"])
def test_nobody_else_sees_it(request, client, person):
    client.force_login(request.getfixturevalue(person))
    response = client.get(reverse("admin:helpdesk_calibration_changelist"))
    assert response.status_code in (302, 403)
