"""What went wrong, in the reader's language; it is kept in the English words that are here.

Readers of files and workers know no language of a reader: what they say is kept as they say it, and
said anew where it is shown. A test compares this list with what is raised.
"""

from django.utils.translation import gettext, gettext_noop

from knowledge.said_anew import said_anew

OF_FILES = (
    gettext_noop(
        "The file holds no text that can be read. Check that it is the right one; if it is a"
        " scan, upload it with a higher resolution."
    ),
    gettext_noop("The file is gone. Upload it again."),
    gettext_noop("The server may not read the file."),
    gettext_noop(
        "The file is damaged and can't be read. Open it in its own program, save it anew and"
        " upload that."
    ),
    gettext_noop("The file is damaged. Open it in its own program, save it anew and upload that."),
    gettext_noop(
        "The file is damaged, or it is no %(format)s file though its name says so. Open it in"
        " its own program, save it anew and upload that."
    ),
    gettext_noop("The file is damaged: it is no JSON from line %(line)s on. Export it anew."),
    gettext_noop("The file is damaged: it has no pages. Save it anew as a PDF."),
    gettext_noop("The file is empty. Check it and upload it again."),
    gettext_noop("The file is empty. Upload it again from where it is complete."),
    gettext_noop(
        "The file has %(size)s MB; at most %(limit)s MB are taken. Split it, or raise"
        " MAX_UPLOAD_MB."
    ),
    gettext_noop(
        "It would never answer: its last day, %(last)s, lies before today. Upload it again with"
        " other dates."
    ),
    gettext_noop(
        "It would never answer: its last day, %(last)s, lies before its first. Upload it again"
        " with other dates."
    ),
    gettext_noop(
        "The file is of a Word older than Word 97, which can't be read. Open it in Word, save"
        " it as .docx and upload that."
    ),
    gettext_noop("The file is no notebook though its name says so. Export it anew from Jupyter."),
    gettext_noop("The file is too large to be read. Split it into parts."),
    gettext_noop("The file has %(pages)s pages; %(most)s is the most. Split it into parts."),
    gettext_noop("The file holds %(pictures)s pictures; %(most)s is the most. Split it."),
    gettext_noop("The file needs a password. Save a copy without one and upload that."),
    gettext_noop(
        "The file unpacks to %(size)s MB, which is too much to be safe. Split it or export it"
        " as PDF."
    ),
    gettext_noop(
        "The file's name ends in %(suffix)s, but it holds no text. Export it anew as text."
    ),
    gettext_noop("The file's reader did not start. Try again."),
    gettext_noop(
        "The file's values are nested too deeply to be read. Export it in a flatter form."
    ),
    gettext_noop(
        "Reading the file took longer than %(seconds)s seconds without getting on, and was"
        " stopped. Export it anew, as PDF for one, or split it."
    ),
    gettext_noop(
        "Reading the file crashed, for it is damaged or needs too much memory. Save it anew or"
        " split it into parts."
    ),
    gettext_noop("This kind of file is not supported. Upload one of these: %(formats)s."),
    gettext_noop(
        "PDF, Word (.docx, .doc), PowerPoint (.pptx, .ppt), Excel (.xlsx, .xls), OpenDocument"
        " (.odt, .ods, .odp), RTF, EPUB, mail (.eml, .msg), CSV, TSV, HTML, XML, JSON, Markdown,"
        " RST, Org, Jupyter notebook (.ipynb), text, PNG, JPEG, TIFF, BMP and WebP"
    ),
    gettext_noop("The PDF is damaged and can't be opened. Save or export it anew."),
    gettext_noop("The PDF is protected in a way that can't be read. Print it to a new PDF."),
    gettext_noop("The PDF needs a password. Save a copy without one and upload that."),
    gettext_noop("The Word file is damaged. Open it in Word and save it anew."),
    gettext_noop(
        "The spreadsheet has more than %(most)s filled cells. Split it into several files."
    ),
    gettext_noop("The table is damaged: a field in it never ends. Save it anew as CSV."),
    gettext_noop("The picture is damaged. Save it anew and upload it again."),
    gettext_noop("The picture is too large. Save it with fewer pixels and upload it again."),
    gettext_noop(
        "The book is protected against copying, so its text can't be read. Ask its publisher"
        " for a copy without protection."
    ),
    gettext_noop(
        "The mail is encrypted. Open it in the mail program of the person it was sent to, save"
        " its text anew and upload that."
    ),
    gettext_noop(
        "The mail's text is kept in a form that can't be read. Open it in Outlook, save it as"
        " HTML or PDF and upload that."
    ),
    gettext_noop("The attached mail is damaged."),
    gettext_noop(
        "An unexpected error stopped the work (%(kind)s). Try again; if it comes back, tell the"
        " help desk's maintainers the name of this document."
    ),
)
WARNINGS = (
    gettext_noop("Page %(number)s: %(warning)s"),
    gettext_noop("Only the first %(read)s of its %(all)s attachments were read."),
    gettext_noop("Only the first %(read)s scanned pages were read."),
    gettext_noop("The fonts of this page don't tell their letters, so that words may be missing."),
    gettext_noop("This page is damaged and could not be read."),
    gettext_noop("This page is a picture in which no text was found."),
    gettext_noop(
        "%(number)s formulas have no result stored in the file. Open it in Excel, save it and"
        " upload it again."
    ),
)
OF_FEEDS = (
    gettext_noop("%(count)s new"),
    gettext_noop("%(count)s new version"),
    gettext_noop("%(count)s unchanged"),
    gettext_noop("%(count)s withdrawn"),
    gettext_noop("%(count)s failed"),
    gettext_noop("nothing there"),
    gettext_noop("The folder can't be read: %(why)s. Check who may read it."),
    gettext_noop("The folder %(place)s is not there. Check its path."),
    gettext_noop("It can't be opened: %(why)s."),
    gettext_noop(
        "%(place)s holds no document any more. Nothing was withdrawn; if this is meant, delete"
        " the feed and its documents."
    ),
    gettext_noop(
        "%(host)s lies within the company's own network. To follow it, its host must stand in"
        " the setting SYNC_HOSTS."
    ),
    gettext_noop("The sitemap is damaged: it can't be unpacked."),
    gettext_noop(
        "The sitemap leads to %(place)s, which is another place than %(own)s. Make a feed of"
        " that one's own sitemap."
    ),
    gettext_noop("The sitemap names more than %(most)s others."),
    gettext_noop("The sitemap names more than %(most)s pages."),
    gettext_noop("The sitemap unpacks to more than 50 MB, which no sitemap has."),
    gettext_noop("%(address)s is no sitemap: it is no XML."),
    gettext_noop("%(address)s leads on and on, and never to a page."),
    gettext_noop("%(address)s can't be fetched: %(why)s."),
    gettext_noop("%(address)s takes longer than %(most)s seconds."),
    gettext_noop("%(address)s has more than %(most)s MB."),
    gettext_noop("%(address)s answers %(status)s."),
)
OF_INDEXES = (
    gettext_noop("An unexpected error stopped the work (%(kind)s). Resume it."),
    gettext_noop("An unexpected error stopped the work (%(kind)s)."),
    gettext_noop("The worker ended in mid-work, again and again. Resume it."),
    gettext_noop("Index %(number)s holds this model's vectors already."),
    gettext_noop("Index %(number)s is not being built."),
    gettext_noop("Index %(number)s has not been broken off."),
    gettext_noop("Index %(number)s is not ready to be switched to."),
    gettext_noop("Index %(number)s is the active one by now."),
    gettext_noop(
        "%(count)s passages came in without a vector in index %(number)s. They are being"
        " embedded now: try again in a moment."
    ),
    gettext_noop(
        "%(count)s passages are longer than the %(window)s tokens that the model reads. Resume"
        " and have them cut off (--cut), or choose a model that reads more."
    ),
    gettext_noop(
        "“%(document)s” has been in work since before index %(number)s was begun: try again"
        " when it is ready."
    ),
    gettext_noop("There are no questions. A line is {“id”: …, “question”: …, “gold”: …}."),
    gettext_noop("Line %(number)s is malformed: %(why)s."),
)
OF_MODELS = (
    gettext_noop(
        "EMBEDDING_BACKEND is %(asked)s, which this machine's processor does not offer. Set it"
        " to %(auto)s."
    ),
    gettext_noop("The embedding endpoint %(place)s refused the key: see EMBEDDING_API_KEY."),
    gettext_noop(
        "The embedding endpoint %(place)s knows no model “%(model)s”: see EMBEDDING_MODEL and"
        " EMBEDDING_BASE_URL."
    ),
    gettext_noop("The embedding endpoint %(place)s has had too many requests: try again later."),
    gettext_noop(
        "The embedding endpoint %(place)s answered with the error %(status)s: its own log says why."
    ),
    gettext_noop(
        "The embedding endpoint %(place)s gave another number of vectors than asked for: its"
        " own log says why."
    ),
    gettext_noop(
        "The embedding endpoint %(place)s can't be reached. Try again; if it stays so, see"
        " whether it runs and what EMBEDDING_BASE_URL says."
    ),
    gettext_noop(
        "What the embedding endpoint %(place)s gave is no list of vectors: see whether"
        " EMBEDDING_BASE_URL names an OpenAI-compatible endpoint."
    ),
    gettext_noop("The embedding model can't be exported: %(why)s"),
    gettext_noop("The embedding model's export took longer than %(most)s s. Try again."),
    gettext_noop(
        "There is no embedding model “%(model)s”, neither a folder here nor a model of the hub."
    ),
    gettext_noop(
        "The embedding model “%(model)s” is no folder here, and the hub can't be asked for it:"
        " %(why)s."
    ),
    gettext_noop(
        "The embedding model “%(model)s” was downloaded in part only, and the hub can't be asked"
        " for the rest: %(why)s. Try again when it can, or name a folder that holds the whole"
        " model."
    ),
    gettext_noop(
        "The embedding model “%(model)s” can't be loaded: %(why)s. Set EMBEDDING_MODEL to a"
        " folder or a model of the hub."
    ),
    gettext_noop(
        "The embedding model “%(model)s” has changed since the index was made (%(before)s, now"
        " %(now)s). Bring the former one back, or build another index with `manage.py reindex`."
    ),
    gettext_noop("The embedding model gave another number of vectors than asked for."),
    gettext_noop("The embedding model gave %(given)s dimensions instead of %(expected)s."),
    gettext_noop("The embedding model gave a vector that is no number."),
)
FORMS = (*WARNINGS, *OF_FILES, *OF_FEEDS, *OF_INDEXES, *OF_MODELS)


def said(error: str) -> str:
    """An error or a warning in the active language, line by line; unknown words stay as they are.

    What stands before it, as the name of the file that it is about, stays too.
    """
    return "\n".join(map(line_said, error.split("\n")))


def line_said(line: str) -> str:
    found = said_anew(line, FORMS, said)
    if found != line or not line:
        return found
    name, colon, rest = line.partition(": ")
    told = line_said(rest) if colon else rest
    return f"{name}: {told}" if told != rest else gettext(line)
