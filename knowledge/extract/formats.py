"""The formats that are read: the endings of their names, and the module that reads each."""

SUFFIXES = {
    ".pdf": "pdf",
    ".docx": "word",
    ".docm": "word",
    ".dotx": "word",
    ".doc": "doc",
    ".dot": "doc",
    ".odt": "opendocument",
    ".ott": "opendocument",
    ".rtf": "rtf",
    ".pptx": "slides",
    ".pptm": "slides",
    ".ppsx": "slides",
    ".ppsm": "slides",
    ".potx": "slides",
    ".ppt": "ppt",
    ".pps": "ppt",
    ".odp": "opendocument",
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".xls": "xls",
    ".ods": "opendocument",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".epub": "epub",
    ".eml": "mail",
    ".mht": "mail",
    ".mhtml": "mail",
    ".msg": "outlook",
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".org": "org",
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".xml": "xml_text",
    ".json": "json_values",
    ".jsonl": "json_values",
    ".ipynb": "notebook",
    ".png": "ocr",
    ".jpg": "ocr",
    ".jpeg": "ocr",
    ".tif": "ocr",
    ".tiff": "ocr",
    ".bmp": "ocr",
    ".webp": "ocr",
}
NAMES = (
    "PDF, Word (.docx, .doc), PowerPoint (.pptx, .ppt), Excel (.xlsx, .xls), OpenDocument (.odt, \
.ods, .odp), RTF, EPUB, mail (.eml, .msg), CSV, TSV, HTML, XML, JSON, Markdown, RST, Org, Jupyter \
notebook (.ipynb), text, PNG, JPEG, TIFF, BMP and WebP"
)
# Kinds whose files are text inside, whatever else they are.
TEXTS = {
    "csv",
    "html",
    "mail",
    "markdown",
    "rst",
    "org",
    "text",
    "xml_text",
    "json_values",
    "notebook",
}
# Kinds that tell how far they are.
WITH_PROGRESS = {"pdf", "ocr", "slides", "sheets", "mail", "outlook"}
MODULES = {"csv": "sheets"}
