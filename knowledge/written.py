"""Statements of the ORM that are written once: writing one takes it longer than Postgres to run."""

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import get_related_populators
from psycopg.sql import Literal

from knowledge import prepared


class Written:
    """A query that stays prepared. `make` gives it for values of these types, whichever they are.

    Everything else in it is as it was when it was first asked. Related objects that it selects
    come with their rows.
    """

    def __init__(self, make: Callable[..., QuerySet], *types: type):
        self.make, self.types = make, types

    @cached_property
    def marks(self) -> list:
        """What stands for the values while the ORM writes: nothing that a query holds else."""
        return [-1 - n if kind is int else f"value {n}" for n, kind in enumerate(self.types)]

    @cached_property
    def compiled(self) -> tuple:
        """The ORM's compiler, the text with $1, $2…, and the marks that these stand for.

        What never changes stands in the text: only so can one plan, made once, use a partial index.
        """
        compiler = self.make(*self.marks).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        connection.ensure_connection()
        left, marked = iter(parameters), []

        def put(at: re.Match) -> str:
            if at[0] == "%%":
                return "%"
            value = next(left)
            value = getattr(value, "value", value)
            if value not in self.marks:
                return Literal(value).as_string(connection.connection)
            marked.append(value)
            return f"${len(marked)}"

        return compiler, re.sub("%[s%]", put, text), tuple(marked)

    @cached_property
    def reading(self) -> tuple[type[Model], slice, list[str], list]:
        """The model of the rows, its columns' places and names, and what fills in the related."""
        compiler = self.compiled[0]
        chosen = compiler.klass_info["select_fields"]
        own = slice(chosen[0], chosen[-1] + 1)
        names = [column.target.attname for column, *_ in compiler.select[own]]
        related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)
        return compiler.klass_info["model"], own, names, related

    def rows(self, *values) -> list[tuple]:
        _, text, marked = self.compiled
        given = dict(zip(self.marks, values, strict=True))
        with prepared.cursor() as cursor:
            cursor.execute(text, [given[each] for each in marked])
            return cursor.fetchall()

    def objects(self, *values) -> list[Model]:
        """The rows as objects of the model."""
        model, own, names, related = self.reading
        found, alias = [], connection.alias
        for row in self.rows(*values):
            found.append(model.from_db(alias, names, row[own]))
            for one in related:
                one.populate(row, found[-1])
        return found

    def first(self, *values) -> Model | None:
        """The first row as an object; None where there is none."""
        return next(iter(self.objects(*values)), None)


def update(model: type[Model], where: str, given: list, values: dict[str, Any]) -> int:
    """Writes values to the rows of a model; how many rows they were.

    `where` is SQL, with $1, $2… for what is `given`. Sends no signals, as a queryset's own.
    """
    names = tuple(values)
    text = changing(model, where, len(given), names)
    with prepared.cursor() as cursor:
        cursor.execute(text, [*given, *stored(fields_of(model, names), values.values())])
        return cursor.rowcount


@cache
def changing(model: type[Model], where: str, given: int, names: tuple[str, ...]) -> str:
    pairs = enumerate(fields_of(model, names), given + 1)
    assigned = ", ".join(f'"{field.column}" = ${number}' for number, field in pairs)
    return f'UPDATE "{model._meta.db_table}" SET {assigned} WHERE {where}'  # noqa: S608 - names of columns


def add(row: Model) -> None:
    """Inserts an unsaved object; its key and the database's own defaults come back. No signals."""
    given = tuple(each for each in fields_to_add(type(row)) if is_given(row, each))
    text, back = adding(type(row), given)
    values = [field.pre_save(row, add=True) for field in given]
    with prepared.cursor() as cursor:
        cursor.execute(text, stored(given, values))
        for name, value in zip(back, cursor.fetchone(), strict=True):
            setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias


@cache
def adding(model: type[Model], given: tuple) -> tuple[str, list[str]]:
    """The statement that inserts these fields, and the attributes that it gives back."""
    names = ", ".join(f'"{field.column}"' for field in given)
    marks = ", ".join(f"${number}" for number in range(1, len(given) + 1))
    back = [model._meta.pk, *(field for field in fields_to_add(model) if field not in given)]
    returned = ", ".join(f'"{field.column}"' for field in back)
    text = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of columns
    return f"{text} RETURNING {returned}", [field.attname for field in back]


@cache
def fields_to_add(model: type[Model]) -> list:
    return [
        each for each in model._meta.concrete_fields if not (each.primary_key or each.generated)
    ]


def is_given(row: Model, field) -> bool:
    return not isinstance(getattr(row, field.attname), DatabaseDefault)


@cache
def fields_of(model: type[Model], names: tuple[str, ...]) -> list:
    return [model._meta.get_field(name) for name in names]


def stored(fields: Iterable, values: Iterable) -> list:
    """Values as the ORM would store them."""
    return [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
