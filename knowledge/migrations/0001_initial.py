import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgvector.django.halfvec
import pgvector.django.indexes
import pgvector.django.vector
from django.conf import settings
from django.db import migrations, models
from pgvector.django import VectorExtension

import knowledge.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        VectorExtension(),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("slug", models.SlugField(max_length=100, unique=True)),
                (
                    "open_to_all",
                    models.BooleanField(
                        default=False,
                        help_text="Everybody who can sign in may read it.",
                        verbose_name="open to everyone",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Who may read it, where it is not open to everyone.",
                        to="auth.group",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("title", models.CharField(blank=True, max_length=255)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="knowledge.collection",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("file", models.FileField(upload_to=knowledge.models.version_path)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField(help_text="Bytes.")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("extracting", "reading"),
                            ("embedding", "indexing"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("replaced", "Replaced"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                (
                    "progress",
                    models.PositiveSmallIntegerField(default=0, help_text="Percent of the stage."),
                ),
                ("error", models.TextField(blank=True)),
                ("warning", models.TextField(blank=True)),
                ("pages", models.PositiveIntegerField(default=0)),
                (
                    "paged",
                    models.BooleanField(
                        default=False, help_text="Page numbers mean something to a reader."
                    ),
                ),
                ("passage_count", models.PositiveIntegerField(default=0)),
                (
                    "uploaded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge.document",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("live", models.BooleanField(default=False)),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "headings",
                    models.TextField(blank=True, help_text="Title and headings, joined with › ."),
                ),
                ("text", models.TextField()),
                ("page", models.PositiveIntegerField(null=True)),
                (
                    "page_starts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=list,
                        help_text="Start, page, …",
                        size=None,
                    ),
                ),
                (
                    "spans",
                    models.JSONField(
                        default=list, help_text="[start, end, page, left, top, right, bottom]"
                    ),
                ),
                ("recipe", models.CharField(help_text="What made the embedding.", max_length=100)),
                ("embedding", pgvector.django.vector.VectorField(dimensions=384)),
                (
                    "sentences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=list,
                        help_text="Start, end, start, end…",
                        size=None,
                    ),
                ),
                (
                    "sentence_embeddings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=pgvector.django.halfvec.HalfVectorField(dimensions=384),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector(
                                "headings", config="english", weight="B"
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "text", config="english", weight="A"
                            ),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.collection",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="knowledge.version",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "ordinal"],
            },
        ),
        migrations.AddField(
            model_name="document",
            name="current",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge.version",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("document", "number"), name="one_version_a_number"
            ),
        ),
        migrations.AddIndex(
            model_name="passage",
            index=pgvector.django.indexes.HnswIndex(
                condition=models.Q(("live", True)),
                ef_construction=64,
                fields=["embedding"],
                m=16,
                name="passage_embedding",
                opclasses=["vector_ip_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="passage",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("live", True)), fields=["words"], name="passage_words"
            ),
        ),
        migrations.AddIndex(
            model_name="passage",
            index=models.Index(
                condition=models.Q(("live", True)), fields=["collection"], name="passage_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(
                fields=("version", "ordinal"), name="one_passage_an_ordinal"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("collection", "name"), name="one_document_a_name"
            ),
        ),
    ]
