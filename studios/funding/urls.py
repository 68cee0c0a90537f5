from django.urls import path

from studios.rolls.views import import_page, template_of

from . import views
from .importing import FUNDING

app_name = "funding"

urlpatterns = [
    path("", views.funding_list, name="list"),
    path("import/", import_page(FUNDING), name="import"),
    path("import/template.xlsx", template_of(FUNDING), name="import_template"),
]
