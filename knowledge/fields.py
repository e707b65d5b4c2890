"""Columns that the libraries' own fields do not read."""

import json

from django.contrib.postgres.fields import ArrayField


class HalfVectorsField(ArrayField):
    """Many half-precision vectors of the same length; read as lists of numbers.

    psycopg gives an array of a type that it does not know as the text that Postgres wrote.
    """

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        # In the database it is a plain array: no migration.
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs

    def _from_db_value(self, value, expression, connection):
        if isinstance(value, str):
            value = json.loads(f"[{value[1:-1]}]".replace('"', ""))
        return value
