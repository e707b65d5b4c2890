import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from knowledge.forms import UploadForm
from knowledge.models import Document, Version
from knowledge.receiving import receive
from tests.knowledge.zips import packed


def sent(user, into, files, **fields):
    """What becomes of `files`, by their names, sent `into` a collection."""
    data = QueryDict(mutable=True)
    for name, value in ({"collection": into.pk} | fields).items():
        data[name] = value
    made = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return receive(UploadForm(data, MultiValueDict({"files": made}), user=user), user)


def outcomes(receipts):
    return [
        (one.name, one.error or one.note or one.upload.version.error or one.upload.outcome)
        for one in receipts
    ]


def test_each_file_of_an_archive_becomes_an_upload_of_its_own(administrator, everyone):
    files = {"leave.md": b"Leave", "travel/rail.md": b"Rail", ".DS_Store": b"x", "empty.md": b""}
    receipts = sent(administrator, everyone, {"rules.zip": packed(files).getvalue()})
    assert outcomes(receipts) == [
        ("leave.md", "new"),
        ("travel/rail.md", "new"),
        ("empty.md", "The file is empty. Upload it again from where it is complete."),
        ("rules.zip", "1 hidden or system file left out."),
    ]
    stored = Version.objects.get(document__name="travel/rail.md")
    with stored.file.open("rb") as file:
        assert file.read() == b"Rail"
    assert stored.uploaded_by == administrator


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_taken(administrator, everyone):
    program = b"MZ" + bytes(range(256))
    archive = packed({"setup.exe": program, "rail.md": b"Rail"}).getvalue()
    files = {"run.exe": program, "rules.zip": archive, "leave.md": b"Leave"}
    told = [
        (name, said.partition(".")[0])
        for name, said in outcomes(sent(administrator, everyone, files))
    ]
    refused = "This kind of file is not supported"
    assert told == [
        ("run.exe", refused),
        ("setup.exe", refused),
        ("rail.md", "new"),
        ("leave.md", "new"),
    ]
    queued = Version.objects.filter(status="queued").values_list("name", flat=True)
    assert sorted(queued) == ["leave.md", "rail.md"]


def test_a_path_that_leads_out_of_the_archive_leads_nowhere(administrator, everyone):
    archive = packed({"../../etc/passwd.md": b"1", "/abs/b.md": b"2", "..": b"3"})
    sent(administrator, everyone, {"a.zip": archive.getvalue()})
    assert set(Document.objects.values_list("name", flat=True)) == {"etc/passwd.md", "abs/b.md"}


def test_a_damaged_archive_is_told_and_the_next_file_taken(administrator, everyone):
    receipts = sent(administrator, everyone, {"bad.zip": b"PK nothing", "leave.md": b"Leave"})
    assert outcomes(receipts) == [
        ("bad.zip", "The archive is damaged or no ZIP file. Pack it again."),
        ("leave.md", "new"),
    ]


def test_an_archive_without_a_file_says_so(administrator, everyone):
    receipts = sent(administrator, everyone, {"none.zip": packed({"a/.b": b""}).getvalue()})
    assert outcomes(receipts) == [
        ("none.zip", "The archive holds no file to read. 1 hidden or system file left out.")
    ]


def test_the_dates_go_with_every_file(administrator, everyone):
    archive = packed({"a.md": b"1", "b.md": b"2"}).getvalue()
    dates = {"effective_from": "2090-01-01", "expires_on": "2090-12-31"}
    sent(administrator, everyone, {"a.zip": archive}, **dates)
    for version in Version.objects.all():
        assert (str(version.effective_from), str(version.expires_on)) == tuple(dates.values())


def test_a_word_file_is_no_archive(administrator, everyone):
    word = packed({"word/document.xml": b"<w/>"}).getvalue()
    assert outcomes(sent(administrator, everyone, {"a.docx": word})) == [("a.docx", "new")]


@pytest.mark.parametrize("fields", [{"collection": "0"}, {"expires_on": "never"}])
def test_an_invalid_form_takes_nothing(administrator, everyone, fields):
    assert sent(administrator, everyone, {"a.md": b"1"}, **fields) == []
    assert not Document.objects.exists()
