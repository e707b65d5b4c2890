"""Finding as an employee would: what search gives to a person for a question."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from knowledge.care_forms import FindForm
from knowledge.error_words import said
from knowledge.errors import KnowledgeError
from knowledge.trying import search_as
from knowledge.views.access import keeps_documents, readable_document, searches_as_others
from knowledge.views.people import people


@keeps_documents
@searches_as_others
@require_http_methods(["GET", "HEAD", "POST"])
def find(request, pk):
    """A question, asked as somebody else. It is posted, so no log keeps the words."""
    document = readable_document(request, pk)
    form = FindForm(request.POST or None)
    context = {"document": document, "form": form, "tab": "find"}
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            status = 200
            context |= trial(form, request.user, document)
    return render(request, "knowledge/find.html", context | {"people": people()}, status=status)


def trial(form, keeper, document) -> dict:
    person, question = form.cleaned_data["person"], form.cleaned_data["question"]
    try:
        return {"person": person, "trial": search_as(person, question, keeper, document)}
    except KnowledgeError as error:
        return {"problem": said(str(error))}
