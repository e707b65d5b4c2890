"""What everybody opens who may read a document: its text, the pictures of its pages, its file."""

from pathlib import Path, PurePosixPath

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from knowledge import pictures
from knowledge.errors import KnowledgeError
from knowledge.sources import page_count, source
from knowledge.views.access import readable_version

# A download is never opened as a page, whatever is inside: an unknown kind is plain bytes.
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".rtf": "application/rtf",
    ".epub": "application/epub+zip",
    ".msg": "application/vnd.ms-outlook",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


@login_required
@never_cache
@require_GET
def version(request, pk):
    """The source view: one page of a version that the person may read."""
    version = readable_version(request, pk)
    last = page_count(version)
    context = source(version, page=page_number(request, last))
    return render(
        request, "knowledge/version.html", context | {"last": last, "newer": newer(version)}
    )


def page_number(request, last: int) -> int:
    """The page that the address asks for, the first without one. Raises Http404 for no page."""
    number = request.GET.get("page", "1")
    if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= last:
        raise Http404
    return int(number)


def newer(version):
    """The version that answers today, where it is a later one."""
    current = version.document.current
    return current if current and current.number > version.number else None


@login_required
@require_GET
def page_picture(request, pk, number):
    """The picture of a PDF's page; the browser keeps it, and asks each time whether it may."""
    version = readable_version(request, pk)
    etag = f'"{version.sha256[:32]}-{number}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    try:
        path = pictures.picture(version, number)
    except KnowledgeError as error:
        raise Http404(str(error)) from None
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(path.read_bytes(), content_type="image/png", headers=headers)


@login_required
@require_GET
def download(request, pk):
    """The uploaded file, always to be saved, under the name that it was uploaded with."""
    version = readable_version(request, pk)
    name = PurePosixPath(version.file_name).name
    kind = CONTENT_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
    try:
        with version.file.open("rb") as file:
            # Whole, for Django reads a streamed file into memory too where it runs under ASGI.
            response = HttpResponse(file.read(), content_type=kind)
    except (FileNotFoundError, ValueError):
        raise Http404(pictures.MISSING) from None
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
