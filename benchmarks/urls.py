"""The product's addresses and the floors'."""

from django.urls import path

from benchmarks.floors import views
from congress_liaison.urls import urlpatterns as product

urlpatterns = [
    path("floor/insert/", views.insert, name="floor_insert"),
    path("floor/rows/", views.rows, name="floor_rows"),
    path("floor/sums/", views.sums, name="floor_sums"),
    *product,
]
