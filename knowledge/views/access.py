"""Who may open which page: keepers change what they keep, and read what they may read."""

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from knowledge.models import Document, Version


def allowed(permission: str):
    """Signed out people sign in first; who lacks `permission` is told so.

    No browser keeps the page: somebody else may use it next.
    """
    check = permission_required(permission, raise_exception=True)
    return lambda view: login_required(check(never_cache(view)))


keeps_documents = allowed("knowledge.add_version")
deletes_documents = allowed("knowledge.delete_document")
searches_as_others = allowed("knowledge.search_as_others")
reads_questions = allowed("knowledge.read_questions")


def readable_document(request, pk) -> Document:
    """A document that the person may read. Raises Http404 for any other."""
    found = Document.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("collection", "current", "owner"), pk=pk)


def kept_document(request, pk) -> Document:
    """A document that the person may change. Raises Http404 for any other."""
    found = Document.objects.kept_by(request.user)
    return get_object_or_404(found.select_related("collection", "current"), pk=pk)


def readable_version(request, pk) -> Version:
    """A version that the person may open. Raises Http404 for any other."""
    found = Version.objects.opened_by(request.user)
    return get_object_or_404(found.select_related("document__collection"), pk=pk)


def kept_version(request, pk) -> Version:
    """A version of a document that the person may change. Raises Http404 for any other."""
    found = Version.objects.filter(document__in=Document.objects.kept_by(request.user))
    return get_object_or_404(found.select_related("document__collection"), pk=pk)
