"""The pages of documents: upload and list for their keepers, the source for who may read it."""

from pathlib import Path, PurePosixPath

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from knowledge import listing, pictures, removal
from knowledge.errors import KnowledgeError
from knowledge.forms import FilterForm, UploadForm
from knowledge.models import Document, Version
from knowledge.sources import page_count, source
from knowledge.uploads import upload

keeps_documents = permission_required("knowledge.add_version", raise_exception=True)
deletes_documents = permission_required("knowledge.delete_document", raise_exception=True)

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
@keeps_documents
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request):
    """The upload box and the list of documents; takes files, and tells what became of each."""
    if request.method == "POST":
        return take_files(request)
    if request.htmx:
        return list_fragment(request)
    context = list_context(request) | {"form": UploadForm(user=request.user)}
    return render(request, "knowledge/documents.html", context)


def take_files(request):
    form = UploadForm(request.POST, request.FILES, user=request.user)
    form.is_valid()
    context = {"form": form, "uploads": uploads_of(form, request.user)}
    status = 200 if form.is_valid() else 400
    if request.htmx:
        return render(request, "knowledge/uploads.html", context, status=status)
    return render(
        request, "knowledge/documents.html", list_context(request) | context, status=status
    )


def uploads_of(form, user) -> list[dict]:
    """Uploads every file of a valid form; gives what became of each, by its name."""
    if not form.is_valid():
        return []
    collection = form.cleaned_data["collection"]
    return [
        {"name": name, "upload": upload(collection, name, file, user)}
        for name, file in form.named_files()
    ]


def list_fragment(request):
    """The list alone; nothing at all where the page shows the very same one already."""
    context = list_context(request)
    if request.GET.get("shown") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "knowledge/list.html", context)


def list_context(request) -> dict:
    filters = FilterForm(request.GET, user=request.user)
    context = listing.page(request.user, filters.chosen(), request.GET.get("page"))
    return context | {"filters": filters, "query": query(request)}


def query(request) -> str:
    """The choice of documents in the address, for the links and forms of the list."""
    names = ("q", "state", "collection", "page")
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})


def after_change(request):
    """The list as it is now: the fragment for htmx, the page again for a plain form."""
    if request.htmx:
        return list_fragment(request)
    return redirect(f"{reverse('documents')}?{query(request)}")


@login_required
@keeps_documents
@require_POST
def retry(request, pk):
    """Puts a failed version into the queue again."""
    get_object_or_404(Version.objects.visible_to(request.user), pk=pk).retry()
    return after_change(request)


@login_required
@keeps_documents
@require_POST
def retry_failed(request):
    """Puts the newest version of every failed document, where it has a file, into the queue."""
    failed = listing.chosen(listing.documents(request.user), state="failed")
    for version in Version.objects.filter(pk__in=failed.values("newest")).exclude(file=""):
        version.retry()
    return after_change(request)


@login_required
@deletes_documents
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Asks, saying what will be gone, and deletes a document with everything that hangs on it."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        document.delete()
        return after_change(request)
    context = {
        "document": document,
        "consequences": removal.consequences(document),
        "query": query(request),
    }
    name = "delete_dialog" if request.htmx else "delete"
    return render(request, f"knowledge/{name}.html", context)


@login_required
@require_GET
def version(request, pk):
    """The source view: one page of a version that the person may read."""
    version = get_object_or_404(
        Version.objects.visible_to(request.user).select_related("document__collection"), pk=pk
    )
    last = page_count(version)
    number = request.GET.get("page", "1")
    if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= last:
        raise Http404
    context = source(version, page=int(number)) | {"last": last, "newer": newer(version)}
    return render(request, "knowledge/version.html", context)


def newer(version):
    """The version that answers today, where it is a later one."""
    current = version.document.current
    return current if current and current.number > version.number else None


@login_required
@require_GET
def page_picture(request, pk, number):
    """The picture of a PDF's page; the browser keeps it, and asks each time whether it may."""
    version = get_object_or_404(Version.objects.visible_to(request.user), pk=pk)
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
    version = get_object_or_404(Version.objects.visible_to(request.user), pk=pk)
    name = PurePosixPath(version.document.name).name
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
