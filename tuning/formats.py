"""The file formats of pairs, as django-import-export takes them."""

import csv
import io
from collections.abc import Iterator, Sequence
from io import BytesIO

import openpyxl
import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

from knowledge.extract import zipped
from tuning import cells, jsonl
from tuning.errors import TuningError
from tuning.exchange import MOST_BYTES, MOST_PAIRS

MOST_COLUMNS = 30


def within_limits(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        told = _("A file of pairs has %(most)d MB at most: split it.")
        raise TuningError(told % {"most": MOST_BYTES // 1_000_000})


def counted(dataset):
    """The dataset itself. Raises TuningError for one with too many pairs."""
    if len(dataset) > MOST_PAIRS:
        told = _("A file has %(most)d pairs at most: split it.")
        raise TuningError(told % {"most": MOST_PAIRS})
    return dataset


def tabled(rows: Iterator[Sequence]) -> tablib.Dataset:
    """The rows of a table, the first of which names the columns, without the empty ones.

    Each cell stays under its column, also where a column between others has no name. Raises
    TuningError for a cell beyond the last column, and as `counted` does.
    """
    names = [str(name) if filled(name) else "" for name in next(rows, ())]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise TuningError(_("The file is empty."))
    dataset = tablib.Dataset(headers=names)
    for number, row in enumerate(rows, start=2):
        cells_there, beyond = list(row[: len(names)]), row[len(names) :]
        if any(map(filled, beyond)):
            told = _(
                "Row %(row)d has more cells than the first one: put quotation marks around a text"
                " that holds a comma or a semicolon."
            )
            raise TuningError(told % {"row": number})
        if any(map(filled, cells_there)):
            dataset.append([*cells_there, *[None] * (len(names) - len(cells_there))])
            # Here, so that nothing is read of a long table but what tells that it is too long.
            counted(dataset)
    return dataset


def filled(cell) -> bool:
    return cell is not None and bool(str(cell).strip())


def lines(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a CSV file. Raises TuningError for one that is none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        told = _("Line %(line)d can't be read: look whether each quotation mark has its second.")
        raise TuningError(told % {"line": reader.line_num}) from None


class CSV(base_formats.CSV):
    def create_dataset(self, in_stream, **kwargs):
        data = in_stream if isinstance(in_stream, bytes) else in_stream.encode()
        within_limits(data)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise TuningError(_("The file is not UTF-8 text: save it as “CSV UTF-8”.")) from None
        # Spreadsheets of half of Europe write semicolons.
        header = text.partition("\n")[0]
        semicolons = header.count(";") > header.count(",")
        return tabled(lines(text, ";" if semicolons else ","))

    def export_data(self, dataset, **kwargs):
        # Spreadsheets take a file without this mark for another encoding.
        return "\ufeff" + super().export_data(dataset, **kwargs)


class XLSX(base_formats.XLSX):
    def create_dataset(self, in_stream):
        within_limits(in_stream)
        if zipped.kind_of(BytesIO(in_stream)) != "sheets":
            raise TuningError(_("The file is no workbook in the XLSX format."))
        book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True)
        return tabled(rows)

    def export_data(self, dataset, **kwargs):
        # What XML can't hold; CSV and JSONL keep it.
        self._escape_illegal_chars(dataset)
        return super().export_data(dataset, **kwargs)


class JSONL(base_formats.Format):
    """OpenAI's chat format, one JSON object a line."""

    def __init__(self, encoding=None):
        self.encoding = encoding

    def get_title(self):
        return "jsonl"

    def get_extension(self):
        return "jsonl"

    def get_content_type(self):
        return "application/jsonl"

    def can_import(self):
        return True

    def can_export(self):
        return True

    def create_dataset(self, in_stream):
        within_limits(in_stream)
        rows = jsonl.read(in_stream)
        table = [list(cells.to_cells(row).values()) for row in rows]
        return counted(tablib.Dataset(*table, headers=cells.COLUMNS))

    def export_data(self, dataset, **kwargs):
        return jsonl.write(cells.from_cells(row) for row in dataset.dict)


FORMATS = [CSV, XLSX, JSONL]


def of_name(name: str):
    """The format of a file's name. Raises TuningError for one that has none."""
    by_ending = {one().get_extension(): one for one in FORMATS}
    ending = name.rpartition(".")[2].lower()
    if ending not in by_ending:
        told = _("The name of a file of pairs ends in %(endings)s.")
        raise TuningError(told % {"endings": ", ".join(by_ending)})
    return by_ending[ending]()
