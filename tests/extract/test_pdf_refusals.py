"""PDFs that can't be read, or that only look so."""

import pytest

from knowledge.extract import KnowledgeError, extract


def test_a_file_that_needs_a_password_says_so(pdf):
    from reportlab.lib.pdfencrypt import StandardEncryption

    path = pdf(lambda s: s.prose(100), encrypt=StandardEncryption("secret", canPrint=0))
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(path)


def test_a_file_that_is_only_protected_from_change_is_read(pdf):
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert (
        "two days of the week" in extract(pdf(lambda s: s.prose(100), encrypt=lock)).pages[0].text
    )


def test_a_damaged_file_says_so(tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"\x01garbage" * 200)
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)


def test_an_empty_page_holds_no_text(pdf):
    with pytest.raises(KnowledgeError, match="no text"):
        extract(pdf(lambda s: s.text(72, 72, "")))
