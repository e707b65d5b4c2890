"""Mails and what hangs on them."""

from email.message import EmailMessage

import pytest

from knowledge.extract import KnowledgeError, attachments, extract

from .samples import picture, png, texts


def mail(subject="Leave", text="Ten days.", **headers):
    message = EmailMessage()
    message["Subject"] = subject
    for name, value in headers.items():
        message[name] = value
    if text:
        message.set_content(text)
    return message


def read(tmp_path, message, **options):
    path = tmp_path / "mail.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return extract(path, **options)


def test_subject_people_date_and_text_are_read(tmp_path):
    headers = {
        "From": "Zoë <zoe@example.com>",
        "To": "bob@example.com",
        "Date": "Thu, 01 May 2025 09:00:00 +0000",
    }
    found = read(tmp_path, mail("Grüße", "Hello Bob,\n\n> ten\n> days\n", **headers))
    assert found.title == "Grüße"
    told = "From: Zoë <zoe@example.com>\nTo: bob@example.com\nDate: Thu, 01 May 2025 09:00:00 +0000"
    assert texts(found)[:2] == ["Grüße", told]
    assert texts(found)[2:] == ["Hello Bob,", "ten days"]


def test_the_page_of_a_mail_is_preferred_to_its_plain_text(tmp_path):
    message = mail(text="plain")
    message.add_alternative("<h1>Days</h1><p>rich</p>", subtype="html")
    blocks = read(tmp_path, message).pages[0].blocks
    assert [(b.text, b.level) for b in blocks] == [("Leave", 1), ("Days", 2), ("rich", 0)]


def test_plain_text_is_read_where_the_page_is_empty(tmp_path):
    message = mail(text="plain")
    message.add_alternative("<img src='cid:a'>", subtype="html")
    assert texts(read(tmp_path, message)) == ["Leave", "plain"]


def test_a_table_that_only_places_the_text_is_no_table(tmp_path):
    page = "<table><tr><td></td><td>Hello Bob</td></tr><tr><td></td><td>Bye</td></tr></table>"
    message = mail(text="")
    message.set_content(page, subtype="html")
    assert texts(read(tmp_path, message), "table_row") == []
    assert texts(read(tmp_path, message)) == ["Leave", "Hello Bob", "Bye"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mail_in_a_wide_encoding_is_read(tmp_path, encoding):
    data = "Subject: Leave\nFrom: ann@example.com\n\nTen days.\n".encode(encoding)
    assert texts(read(tmp_path, data))[-1] == "Ten days."


def test_an_unknown_encoding_is_guessed(tmp_path):
    data = (
        b"Subject: =?foo?q?Leave?=\nContent-Type: text/plain; charset=foo\n\nTen days f\xfcr Ann."
    )
    assert texts(read(tmp_path, data)) == ["Leave", "Ten days für Ann."]


def test_a_web_page_packed_for_word_is_read(tmp_path):
    path = tmp_path / "export.doc"
    head = "Subject: Wiki\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    path.write_text(f"{head}--b\nContent-Type: text/html\n\n<h1>Leave</h1><p>Ten days</p>\n--b--\n")
    assert texts(extract(path)) == ["Wiki", "Leave", "Ten days"]


def test_attachments_are_named_and_read_under_their_names(tmp_path):
    message = mail()
    message.add_attachment("# Days\n\nTen.\n", filename="rules.md")
    message.add_attachment(b"\xff\xfb\0", maintype="audio", subtype="mpeg", filename="tune.mp3")
    found = read(tmp_path, message)
    assert "Attachments: rules.md, tune.mp3" in texts(found)
    assert [(b.kind, b.text, b.level) for b in found.pages[1].blocks] == [
        ("heading", "rules.md", 1),
        ("heading", "Days", 2),
        ("paragraph", "Ten.", 0),
    ]
    assert len(found.pages) == 2


def test_an_attachment_that_is_damaged_is_told_and_costs_no_more(tmp_path):
    message = mail()
    message.add_attachment(b"%PDF-x", maintype="application", subtype="pdf", filename="a.pdf")
    found = read(tmp_path, message)
    assert found.pages[1].warning.startswith("a.pdf: The PDF is damaged")
    assert "Ten days." in texts(found)


def test_places_on_an_attached_page_are_left_out(tmp_path, pdf):
    data = pdf(lambda s: s.prose(100)).read_bytes()
    message = mail()
    message.add_attachment(data, maintype="application", subtype="pdf", filename="a.pdf")
    told = []
    found = read(tmp_path, message, progress=lambda done, total: told.append((done, total)))
    assert "two days of the week" in found.pages[1].text
    assert not any(block.spans for page in found.pages for block in page.blocks)
    assert (0, 1) in told


def test_a_picture_within_the_text_is_not_read(tmp_path):
    message = mail(text="")
    message.set_content("<p>Hello</p>", subtype="html")
    image = png(picture(["Opening hours"])).getvalue()
    message.add_related(image, "image", "png", cid="<a>", filename="logo.png", disposition="inline")
    assert texts(read(tmp_path, message)) == ["Leave", "Hello"]


def test_mails_within_mails_are_read_one_level_deep(tmp_path):
    deepest, middle, outer = mail("deepest"), mail("middle"), mail("outer")
    middle.add_attachment(deepest)
    outer.add_attachment(middle)
    found = read(tmp_path, outer)
    assert "Attachments: middle.eml" in found.pages[0].text
    assert "Attachments: deepest.eml" in found.pages[1].text
    assert len(found.pages) == 2


def test_too_many_attachments_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_READ", 1)
    message = mail()
    for name in ("a.txt", "b.txt"):
        message.add_attachment("Words", filename=name)
    found = read(tmp_path, message)
    assert len(found.pages) == 2
    assert found.pages[0].warning == "Only the first 1 of its 2 attachments were read."


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/encrypted; boundary=b; protocol="application/pgp-encrypted"',
        "application/pkcs7-mime; smime-type=enveloped-data",
    ],
)
def test_an_encrypted_mail_says_so(tmp_path, kind):
    data = f"Subject: Leave\nMIME-Version: 1.0\nContent-Type: {kind}\n\nabc\n".encode()
    with pytest.raises(KnowledgeError, match="is encrypted"):
        read(tmp_path, data)


def test_a_mail_nested_without_end_is_damaged(tmp_path):
    part = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    data = "Subject: deep\n" + "".join(part.format(number) for number in range(2000))
    with pytest.raises(KnowledgeError, match="damaged"):
        read(tmp_path, data.encode())
