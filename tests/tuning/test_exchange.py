"""Importing and exporting pairs in the admin and by the shell."""

import io
import json
import os

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.tuning.test_pairs import version_in
from tuning import formats
from tuning.errors import TuningError
from tuning.exchange_admin import FOLDER
from tuning.models import QAPair

IMPORT = "admin:tuning_qapair_import"
EXPORT = "admin:tuning_qapair_export"
CSV, XLSX, JSONL = range(3)


@pytest.fixture
def signed_in(client, curator):
    client.force_login(curator)
    return client


def chosen(client, name, content, form):
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return client.post(reverse(IMPORT), {"import_file": file, "format": form, "resource": "0"})


def confirmed(client, preview):
    hidden = preview.context["confirm_form"].initial
    return client.post(reverse("admin:tuning_qapair_process_import"), hidden, follow=True)


def chat_line(question, answer, **metadata):
    texts = [("user", question), ("assistant", answer)]
    messages = [{"role": role, "content": text} for role, text in texts]
    line = {"messages": messages} | ({"metadata": metadata} if metadata else {})
    return json.dumps(line) + "\n"


def test_curators_alone_import_and_export(client, curator, administrator, manager, outsider):
    for user, code in [(curator, 200), (administrator, 200), (manager, 302), (outsider, 302)]:
        client.force_login(user)
        for page in (IMPORT, EXPORT):
            assert client.get(reverse(page)).status_code == code


def test_staff_without_the_rights_are_refused(client, managers_keeper):
    client.force_login(managers_keeper)
    for page in (IMPORT, EXPORT):
        assert client.get(reverse(page)).status_code == 403


def test_a_file_is_previewed_and_imported_when_confirmed(signed_in, curator, everyone):
    version_in(everyone)
    file = 'question,answer,tags,sources\nHow far?,Ten miles.,"travel, far",everyone/rules.pdf#1\n'
    preview = chosen(signed_in, "pairs.csv", file, CSV)
    assert "1 pair is new." in preview.content.decode()
    assert not QAPair.objects.exists()
    page = confirmed(signed_in, preview).content.decode()
    assert "1 pair imported." in page
    pair = QAPair.objects.get()
    assert (pair.tags, pair.status, pair.origin) == (["travel", "far"], "draft", "import")
    assert (pair.author, pair.sources.get().number) == (curator, 1)
    assert pair.events.get().detail == "imported: pairs.csv"


def test_a_preview_that_is_gone_is_told(signed_in):
    preview = chosen(signed_in, "pairs.jsonl", chat_line("How?", "So."), JSONL)
    confirmed(signed_in, preview)
    assert "choose it again" in confirmed(signed_in, preview).content.decode()
    assert QAPair.objects.count() == 1


def test_a_preview_that_nobody_confirmed_is_forgotten(signed_in, media):
    chosen(signed_in, "pairs.jsonl", chat_line("How?", "So."), JSONL)
    (old,) = (media / FOLDER).iterdir()
    os.utime(old, (0, 0))
    chosen(signed_in, "pairs.jsonl", chat_line("How?", "So."), JSONL)
    (kept,) = (media / FOLDER).iterdir()
    assert kept != old


def test_what_is_there_already_is_left_out(signed_in):
    file = chat_line("How far?", "Ten miles.") * 2
    confirmed(signed_in, chosen(signed_in, "pairs.jsonl", file, JSONL))
    assert QAPair.objects.count() == 1
    preview = chosen(signed_in, "pairs.jsonl", file, JSONL)
    assert "0 pairs are new. 2 are there already." in preview.content.decode()


def test_a_row_that_is_no_pair_is_told_and_nothing_is_imported(signed_in, managers):
    version_in(managers)
    file = (
        chat_line("How?", " ")
        + chat_line("How?", "So.", status="fine")
        + chat_line("How?", "So.", sources=["managers/rules.pdf#1"])
        + chat_line("How?", "So.", sources=["managers/../#x"])
    )
    page = chosen(signed_in, "pairs.jsonl", file, JSONL).content.decode()
    assert "The answer is empty." in page
    assert "“fine” is no status" in page
    assert page.count("is not there, or you may not read it") == 2
    assert "confirm" not in page.lower().replace("confirmation", "")


def test_a_file_that_is_none_is_told_in_plain_words(signed_in):
    page = chosen(signed_in, "pairs.jsonl", "{}\n{", JSONL).content.decode()
    assert "Line 1: It has no list of &quot;messages&quot;." in page
    assert "Line 2: It is no JSON" in page
    page = chosen(signed_in, "pairs.csv", "frage,antwort\na,b\n", CSV).content.decode()
    assert "The file has no column “question” in its first row." in page
    assert "Traceback" not in page
    page = chosen(signed_in, "pairs.xlsx", b"PK\x03\x04 no", XLSX).content.decode()
    assert "damaged" in page


def workbook(*rows) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def test_a_column_without_a_name_moves_no_other(signed_in):
    book = workbook(["question", None, "answer"], ["How far?", "a note", "Ten miles."])
    csv_file = "question,,answer\nHow far?,a note,Ten miles.\n"
    for name, file, form in (("a.xlsx", book, XLSX), ("a.csv", csv_file, CSV)):
        page = chosen(signed_in, name, file, form).content.decode()
        assert "Ten miles." in page
        assert "a note" not in page


def test_empty_rows_of_a_spreadsheet_are_no_pairs(signed_in):
    preview = chosen(signed_in, "a.csv", "question,answer\n,\nHow far?,Ten.\n,,,\n", CSV)

    assert "1 pair is new." in preview.content.decode()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("question;answer\nHow far, please?;Ten; or so\n", "Row 2 has more cells"),
        ('question,answer\nHow far?,"Ten\n', "Line 2 can&#x27;t be read"),
        ("question,Question ,answer\nHow?,How far?,Ten.\n", "“question” stands in the first"),
        (" \n", "The file is empty."),
    ],
)
def test_a_table_that_could_be_misread_is_told_in_plain_words(signed_in, file, told):
    assert told in chosen(signed_in, "a.csv", file, CSV).content.decode()
    assert not QAPair.objects.exists()


def test_an_approved_row_is_approved_only_by_who_may_approve_their_own(client, make_user, curator):
    from django.contrib.auth.models import Permission

    writer = make_user("writer", is_staff=True)
    names = ["add_qapair", "view_qapair", "review_qapair"]
    writer.user_permissions.set(Permission.objects.filter(codename__in=names))
    for user, status in [(writer, "in_review"), (curator, "approved")]:
        client.force_login(user)
        file = chat_line(f"Who, {user}?", "You.", status="approved")
        confirmed(client, chosen(client, "pairs.jsonl", file, JSONL))
        assert QAPair.objects.get(question=f"Who, {user}?").status == status


def test_chosen_pairs_are_exported_and_hidden_ones_never(signed_in, managers):
    shown = QAPair.objects.create(question="=Shown?", answer="Yes.")
    secret = QAPair.objects.create(question="Secret?", answer="Yes.")
    secret.sources.add(version_in(managers))
    data = {"format": CSV, "resource": "0"}
    text = signed_in.post(reverse(EXPORT), data).content.decode()
    assert "'=Shown?" in text
    assert "Secret?" not in text
    action = {"action": "export_admin_action", "_selected_action": [shown.pk]}
    page = signed_in.post(reverse("admin:tuning_qapair_changelist"), action)
    assert page.status_code == 200
    data["export_items"] = [shown.pk, secret.pk]
    assert "Secret?" not in signed_in.post(reverse(EXPORT), data).content.decode()


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_the_shell_brings_back_what_it_wrote(tmp_path, administrator, everyone, ending):
    version = version_in(everyone)
    for status in QAPair.Status.values:
        pair = QAPair.make(f"“{status}”,\n=1?", "So [1].", administrator, [version], ["a", "b"])
        QAPair.objects.filter(pk=pair.pk).update(status=status)
    before = standing()
    file = tmp_path / f"pairs.{ending}"
    call_command("pairs", "export", file, stdout=io.StringIO())
    QAPair.objects.all().delete()
    out = io.StringIO()
    call_command("pairs", "import", file, stdout=out)
    assert out.getvalue() == "Pairs imported: 4; there already: 0\n"
    assert standing() == before


def standing():
    pairs = QAPair.objects.order_by("question").prefetch_related("sources")
    return [(p.question, p.answer, p.tags, p.status, [*p.sources.all()]) for p in pairs]


def test_the_shell_writes_what_was_asked_for(tmp_path, administrator):
    QAPair.make("One?", "Yes.", administrator, tags=["x"])
    QAPair.make("Two?", "Yes.", administrator)
    file = tmp_path / "pairs.jsonl"
    call_command("pairs", "export", file, "--tag", "x", "--plain", stdout=io.StringIO())
    assert file.read_text() == chat_line("One?", "Yes.")


def test_the_shell_says_why_nothing_came_in(tmp_path, administrator):
    file = tmp_path / "pairs.jsonl"
    file.write_text(chat_line("How?", "So.") + chat_line("How?", "So.", sources=["a/b#1"]))
    with pytest.raises(CommandError, match="Nothing was imported.\nPair 2: The source “a/b#1”"):
        call_command("pairs", "import", file)
    assert not QAPair.objects.exists()
    with pytest.raises(CommandError, match="ends in csv, xlsx, jsonl"):
        call_command("pairs", "import", tmp_path / "pairs.txt")
    with pytest.raises(CommandError, match="No such file"):
        call_command("pairs", "import", tmp_path / "none.csv")


def test_of_a_table_that_is_too_long_no_more_is_read_than_tells_so(monkeypatch):
    monkeypatch.setattr(formats, "MOST_PAIRS", 2)
    rows = iter([("question", "answer"), *[("How many?", "25.")] * 5])

    with pytest.raises(TuningError, match="has 2 pairs at most"):
        formats.tabled(rows)

    assert len(list(rows)) == 2
