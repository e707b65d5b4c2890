from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0020_engine_keys"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="engine",
            options={
                "ordering": ["name"],
                "permissions": [("point_engine", "Can say where questions are sent")],
                "verbose_name": "engine",
                "verbose_name_plural": "engines",
            },
        ),
    ]
