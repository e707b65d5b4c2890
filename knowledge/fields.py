"""Columns that the libraries' own fields do not read."""

import json

from django.contrib.postgres.fields import ArrayField
from django.db import models


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


class SignsField(models.Field):
    """Bits, as many as a vector has numbers: the vectors of one table may be of several lengths."""

    def db_type(self, connection):
        return "bit varying"


class Signs(models.Func):
    """The signs of a vector's numbers, a bit each: 1 for what is above zero."""

    function = "binary_quantize"
    template = "%(function)s(%(expressions)s)::varbit"
    output_field = SignsField()
