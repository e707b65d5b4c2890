import django.contrib.postgres.indexes
import pgvector.django.halfvec
from django.db import migrations, models

# A vector scan over the former type would forbid to change it; the worker builds it anew.
DROP_SCANS = """
DO $$ DECLARE scan text; BEGIN
    FOR scan IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE 'knowledge\\_embedding\\_hnsw\\_%'
    LOOP EXECUTE format('DROP INDEX %I', scan); END LOOP;
END $$
"""
# Of so many hundred words Postgres then knows how many passages hold them.
STATISTICS = "ALTER TABLE knowledge_passage ALTER COLUMN words SET STATISTICS %s"


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0005_feeds")]

    operations = [
        migrations.CreateModel(
            name="CommonWord",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False)),
                ("passages", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="collection",
            name="passages",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="About how many are published; search plans by it.",
            ),
        ),
        migrations.RunSQL(DROP_SCANS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="embedding",
            name="vector",
            field=pgvector.django.halfvec.HalfVectorField(),
        ),
        migrations.RemoveIndex(model_name="passage", name="passage_words"),
        migrations.AddIndex(
            model_name="passage",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("live", True)),
                fastupdate=False,
                fields=["words"],
                name="passage_words",
            ),
        ),
        migrations.RunSQL(STATISTICS % 300, STATISTICS % -1),
    ]
