"""Encrypted Office files."""

import io

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from knowledge.extract import KnowledgeError, extract

from .samples import texts


@pytest.fixture
def locked(tmp_path):
    """Makes a workbook that a password locks."""

    def make(password):
        book, plain = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Only words"])
        book.save(plain)
        path = tmp_path / "locked.xlsx"
        with open(path, "wb") as file:
            OOXMLFile(plain).encrypt(password, file)
        return path

    return make


def test_a_workbook_that_excel_opens_without_asking_is_read(locked):
    assert "Only words" in texts(extract(locked("VelvetSweatshop")))


def test_another_password_is_asked_for(locked):
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(locked("secret"))
