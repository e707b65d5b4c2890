"""The page that tells staff how to connect a tool, with this desk's own address in its examples."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from helpdesk.api.views import DESK
from helpdesk.models import ApiKey, Engine


@login_required
@never_cache
@require_GET
def connect(request):
    """For staff alone: the examples name what a key opens."""
    if not request.user.is_staff:
        raise PermissionDenied
    context = {
        "base_url": request.build_absolute_uri("/v1"),
        "desk": DESK,
        "engine": Engine.current().label,
        "mine": ApiKey.objects.usable().filter(user=request.user).count(),
    }
    return render(request, "helpdesk/connect.html", context)
