"""The directory of liaison studios: the list, and a studio's page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.pagination import paginate

from .access import directory_readers
from .context import READERS
from .filters import StudioFilter
from .models import Studio
from .scope import scope_of


@require_safe
@directory_readers
def studio_list(request):
    rows = Studio.objects.visible_to(request.user).select_related("township__county")
    chosen = StudioFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, chosen.qs.order_by("township_id", "name_pinyin", "id"))
    return render(request, "studios/list.html", {"filter": chosen, "page": page})


@require_safe
@directory_readers
def studio_detail(request, pk):
    """Facts of the studio and its deputies; its opinions are a list of their own, one link away."""
    rows = Studio.objects.visible_to(request.user).select_related("township__county", "village")
    studio = get_object_or_404(rows, pk=pk)
    context = {
        "studio": studio,
        "deputies": studio.deputies.visible_to(request.user)
        .filter(active=True)
        .order_by("name_pinyin", "id"),
        "reads_opinions": scope_of(request.user).has(*READERS),
    }
    return render(request, "studios/detail.html", context)
