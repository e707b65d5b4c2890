"""Statements of the ORM that are written once: writing one takes it longer than Postgres to run."""

import re
from collections.abc import Callable
from functools import cached_property

from django.db import connection
from django.db.models import Model, QuerySet

from knowledge import prepared


class Written:
    """A query that stays prepared. `make` gives it for values of these types, whichever they are.

    Everything else in it is as it was when it was first asked.
    """

    def __init__(self, make: Callable[..., QuerySet], *types: type):
        self.make, self.types = make, types

    @cached_property
    def marks(self) -> list:
        """What stands for the values while the ORM writes: nothing that a query holds else."""
        return [-1 - n if kind is int else f"value {n}" for n, kind in enumerate(self.types)]

    @cached_property
    def statement(self) -> tuple[type[Model], str, tuple]:
        """The model of its rows, the text with $1, $2…, and what they stand for."""
        query = self.make(*self.marks).query
        text, parameters = query.get_compiler(connection=connection).as_sql()
        number = iter(range(1, len(parameters) + 1))
        text = re.sub("%[s%]", lambda at: "%" if at[0] == "%%" else f"${next(number)}", text)
        return query.model, text, tuple(getattr(each, "value", each) for each in parameters)

    def rows(self, *values) -> list[tuple]:
        _, text, parameters = self.statement
        given = dict(zip(self.marks, values, strict=True))
        with prepared.cursor() as cursor:
            cursor.execute(text, [given.get(each, each) for each in parameters])
            return cursor.fetchall()

    def objects(self, *values) -> list[Model]:
        """The rows as objects of the model, whose columns stand first."""
        model = self.statement[0]
        names = [field.attname for field in model._meta.concrete_fields]
        return [model.from_db(connection.alias, names, row) for row in self.rows(*values)]
