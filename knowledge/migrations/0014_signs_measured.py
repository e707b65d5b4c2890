from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0013_signs")]

    operations = [
        migrations.AddField(
            model_name="index",
            name="signs_passages",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How many passages there were then."
            ),
        ),
        migrations.AddField(
            model_name="index",
            name="signs_recall",
            field=models.FloatField(
                help_text="The share of the nearest vectors that signs find, once measured.",
                null=True,
            ),
        ),
    ]
