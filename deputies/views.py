"""The directory of deputies: the list, and a deputy's page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.pagination import paginate
from studios.access import directory_readers
from studios.context import READERS
from studios.scope import scope_of

from .filters import DeputyFilter
from .models import Deputy


@require_safe
@directory_readers
def deputy_list(request):
    rows = Deputy.objects.visible_to(request.user).select_related("township__county", "studio")
    chosen = DeputyFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, chosen.qs.order_by("township_id", "name_pinyin", "id"))
    return render(request, "deputies/list.html", {"filter": chosen, "page": page})


@require_safe
@directory_readers
def deputy_detail(request, pk):
    """Who the deputy is and where to meet them; what they wrote down is a list of opinions, one link away."""
    rows = Deputy.objects.visible_to(request.user).select_related("township__county", "studio")
    context = {
        "deputy": get_object_or_404(rows, pk=pk),
        "reads_opinions": scope_of(request.user).has(*READERS),
    }
    return render(request, "deputies/detail.html", context)
