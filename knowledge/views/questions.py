"""The questions that a document answered: people's own words, without their names."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from knowledge import uses
from knowledge.views.access import keeps_documents, readable_document, reads_questions

PAGE = 25
LATELY = timedelta(days=90)


@keeps_documents
@reads_questions
@require_GET
def questions(request, pk):
    """Which questions a document answered, the last first."""
    document = readable_document(request, pk)
    shown = Paginator(Questions(document), PAGE).get_page(request.GET.get("page"))
    context = {
        "document": document,
        "page": shown,
        "total": shown.paginator.count,
        "lately": uses.count(document, timezone.now() - LATELY),
        "tab": "questions",
    }
    return render(request, "knowledge/questions.html", context)


class Questions:
    """A document's questions as a paginator takes them."""

    def __init__(self, document):
        self.document = document

    def __len__(self):
        return uses.count(self.document)

    def __getitem__(self, part):
        return uses.uses(self.document, part.start, part.stop - part.start)
