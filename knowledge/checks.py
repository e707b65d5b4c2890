"""What the settings say of the embedding model, and what the database holds."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connection

from knowledge.models import Index


@register(Tags.database)
def embedding_model(app_configs, databases=None, **kwargs):
    """Which model answers, where the settings name another or its folder holds another by now."""
    index = active_index() if "default" in (databases or ()) else None
    if index is None:
        return
    if index.model != settings.EMBEDDING_MODEL:
        yield Warning(
            f"EMBEDDING_MODEL is “{settings.EMBEDDING_MODEL}”, but the index of “{index.model}” "
            "answers.",
            hint="Run `manage.py reindex` and switch to what it builds, or set EMBEDDING_MODEL to "
            "the one that answers.",
            id="knowledge.W001",
        )
    if Path(index.model).is_dir() and not unchanged(index):
        yield Error(
            f"The embedding model in {index.model} is not the one any more that the active index "
            "was made with: no question can be answered.",
            hint="Bring the former one back, or run `manage.py reindex` and switch to what it "
            "builds.",
            id="knowledge.E001",
        )


def active_index() -> Index | None:
    """The active index, None where nothing is migrated yet or nothing was ever indexed."""
    seen = connection.introspection
    with connection.cursor() as cursor:
        if Index._meta.db_table not in seen.table_names(cursor):
            return None
        there = {one.name for one in seen.get_table_description(cursor, Index._meta.db_table)}
    if not there.issuperset(field.column for field in Index._meta.concrete_fields):
        return None
    return Index.objects.filter(state=Index.State.ACTIVE).first()


def unchanged(index: Index) -> bool:
    from knowledge.embedders.sentence_transformer import recipe

    return recipe(index.model) == index.recipe
