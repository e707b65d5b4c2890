"""Where a form leads, whether the browser or htmx has sent it."""

from django.http import HttpResponse
from django.shortcuts import redirect


def to(request, address: str):
    """Leads to another page as a whole."""
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
