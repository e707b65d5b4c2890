import django.db.models.deletion
from django.db import migrations, models

import knowledge.fields

# The new column writes the table anew, and a vector scan with it, number by number; without, it
# takes a moment. The worker builds the scan anew.
DROP_SCANS = """
DO $$ DECLARE scan text; BEGIN
    FOR scan IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE 'knowledge\\_embedding\\_hnsw\\_%'
    LOOP EXECUTE format('DROP INDEX %I', scan); END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0012_labels_for_people")]

    operations = [
        migrations.RunSQL(DROP_SCANS, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="embedding", name="embedding_live"),
        migrations.AddField(
            model_name="embedding",
            name="signs",
            field=models.GeneratedField(
                db_persist=True,
                expression=knowledge.fields.Signs("vector"),
                output_field=knowledge.fields.SignsField(),
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="collection",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="knowledge.collection",
            ),
        ),
        migrations.AddIndex(
            model_name="embedding",
            index=models.Index(
                fields=["collection", "index", "live"],
                include=("passage", "signs"),
                name="embedding_signs",
            ),
        ),
    ]
