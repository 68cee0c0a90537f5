"""F1 inserts one row by a ModelForm, F2 renders fifty rows of an index, F3 a table of 8 × 12 sums."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .models import FloorRow, FloorSum


class FloorForm(forms.ModelForm):
    class Meta:
        model = FloorRow
        fields = ("title", "body", "status", "place", "number")


def insert(request):
    form = FloorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.at = timezone.now()
        form.save()
        return HttpResponse(status=204)
    return render(request, "floors/form.html", {"form": form})


def rows(request):
    return render(request, "floors/rows.html", {"rows": FloorRow.objects.order_by("-at", "-id")[:50]})


def sums(request):
    table = {}
    for row in FloorSum.objects.order_by("county", "id"):
        table.setdefault(row.county, []).append(row.total)
    return render(request, "floors/sums.html", {"table": table})
