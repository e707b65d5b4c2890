"""What pairs that are there already inherit, and what those approved were approved on."""

from django.db import migrations


def inherit(apps, schema_editor):
    for pair in apps.get_model("tuning", "QAPair").objects.all():
        sources = list(pair.sources.select_related("document"))
        pair.inherits.set({version.document.collection_id for version in sources})
        pair.edited_by_id = pair.author_id
        if pair.status == "approved":
            pair.approved_sources = [
                {
                    "version": version.pk,
                    "document": version.document_id,
                    "name": version.document.title or version.document.name,
                    "number": version.number,
                    "sha256": version.sha256,
                }
                for version in sources
            ]
        pair.save(update_fields=["edited_by", "approved_sources"])


class Migration(migrations.Migration):
    dependencies = [("tuning", "0003_curation")]

    operations = [migrations.RunPython(inherit, migrations.RunPython.noop, elidable=True)]
