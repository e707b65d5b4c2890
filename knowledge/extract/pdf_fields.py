"""Filled-in fields and typewritten notes of a PDF page: text that is drawn over the page."""

import pypdfium2.raw as pdfium

MAX_ANNOTATIONS = 2000
TEXTUAL = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP}


def page_with_fields(document, index: int):
    """The page, what stands in its fields made part of it: pdfium finds no text in them else.

    Raises PdfiumError where the page is damaged.
    """
    page = document[index]
    if not _has_fields(page):
        return page
    done = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if done != pdfium.FLATTEN_SUCCESS:
        return page
    # The page itself keeps what it had; only one loaded anew shows the change.
    page.close()
    return document[index]


def _has_fields(page) -> bool:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in TEXTUAL:
            return True
    return False
