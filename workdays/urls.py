"""The work calendar: the year for everybody, its import for the prefecture's administrator."""

from django.urls import path

from workdays import views_import as views
from workdays.views import this_year, year

app_name = "calendar"

urlpatterns = [
    path("", this_year, name="this_year"),
    path("<int:year>/", year, name="year"),
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.one_import, name="import"),
    path("imports/<int:pk>/progress/", views.progress, name="progress"),
    path("imports/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("imports/<int:pk>/cancel/", views.cancel, name="cancel"),
]
