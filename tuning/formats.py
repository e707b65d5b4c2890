"""The file formats of pairs, as django-import-export takes them."""

from io import BytesIO
from itertools import islice

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
        return counted(super().create_dataset(text, delimiter=";" if semicolons else ","))

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
        dataset = tablib.Dataset()
        header = next(rows, ())
        dataset.headers = [str(name) for name in header if name is not None]
        width = len(dataset.headers)
        filled = (row[:width] for row in rows if any(cell is not None for cell in row))
        for row in islice(filled, MOST_PAIRS + 1):
            dataset.append([*row, *[None] * (width - len(row))])
        return counted(dataset)

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
