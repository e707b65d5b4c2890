from django.db import migrations

# Scans are built with more connections, and searched less widely: one of before would find less.
# The worker builds them anew; meanwhile signs are compared, or whole vectors.
DROP_SCANS = """
DO $$ DECLARE scan text; BEGIN
    FOR scan IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE 'knowledge\\_embedding\\_hnsw\\_%'
    LOOP EXECUTE format('DROP INDEX %I', scan); END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0014_signs_measured")]

    operations = [migrations.RunSQL(DROP_SCANS, migrations.RunSQL.noop)]
