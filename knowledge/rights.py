"""What a search may see, as SQL: writing it takes the ORM a millisecond, so it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet

from knowledge.models import Collection

# Readers, each with the collections asked for, whose SQL is kept.
KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Rights:
    """A query for the ids and passages of collections; `sql` has %s where its parameters go."""

    sql: str
    parameters: tuple = ()


def of(allowed) -> Rights:
    """The SQL of a queryset of collections."""
    try:
        return Rights(*allowed.order_by().values("id", "passages").query.sql_with_params())
    except EmptyResultSet:
        return Rights("SELECT 0::bigint AS id, 0 AS passages WHERE false")


def reading(user, collections: Iterable[str] | None = None) -> Rights:
    """What `user` may read, of all collections or of these slugs alone."""
    active = user.is_authenticated and user.is_active
    slugs = None if collections is None else tuple(collections)
    return _reading(user.pk, active, active and user.is_superuser, slugs)


@lru_cache(KEPT)
def _reading(pk, active: bool, superuser: bool, slugs: tuple[str, ...] | None) -> Rights:
    """All that `visible_to` asks of a user. Groups are looked up by the SQL, at every search."""
    user = get_user_model()(pk=pk, is_active=active, is_superuser=superuser)
    allowed = Collection.objects.visible_to(user)
    return of(allowed if slugs is None else allowed.filter(slug__in=slugs))
