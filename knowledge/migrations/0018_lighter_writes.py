import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# The index stays as it is: what is in it need not be sorted in anew.
SORT_IN_LATER = "ALTER INDEX passage_words SET (fastupdate = on, gin_pending_list_limit = 64)"
SORT_IN_AT_ONCE = """
ALTER INDEX passage_words SET (fastupdate = off);
ALTER INDEX passage_words RESET (gin_pending_list_limit);
SELECT gin_clean_pending_list('passage_words');
"""
# Vectors can't be made smaller, and every one that comes in was tried.
STORAGE = "ALTER TABLE knowledge_embedding ALTER COLUMN sentences SET STORAGE %s"


def key(to, name, verbose=None):
    """A reference without an index of its own: another index begins with it."""
    kept = {"related_name": name, "db_index": False, "to": f"knowledge.{to}"}
    if verbose:
        kept["verbose_name"] = verbose
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, **kept)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0017_shown_names")]

    operations = [
        migrations.AlterField(
            "document", "collection", key("collection", "documents", "collection")
        ),
        migrations.AlterField("version", "document", key("document", "versions")),
        migrations.AlterField("passage", "version", key("version", "passages", "version")),
        migrations.AlterField("embedding", "index", key("index", "embeddings")),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(SORT_IN_LATER, SORT_IN_AT_ONCE)],
            [
                migrations.RemoveIndex("passage", "passage_words"),
                migrations.AddIndex(
                    "passage",
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("live", True)),
                        fastupdate=True,
                        fields=["words"],
                        gin_pending_list_limit=64,
                        name="passage_words",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(STORAGE % "EXTERNAL", STORAGE % "EXTENDED"),
    ]
