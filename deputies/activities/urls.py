from django.urls import path

from studios.rolls.views import import_page, template_of

from .importing import ACTIVITIES
from .views import actions, pages

app_name = "activities"

urlpatterns = [
    path("", pages.calendar, name="calendar"),
    path("list/", pages.activity_list, name="list"),
    path("import/", import_page(ACTIVITIES), name="import"),
    path("import/template.xlsx", template_of(ACTIVITIES), name="import_template"),
    path("studios/", pages.studios, name="studios"),
    path("new/", actions.new, name="new"),
    path("plan/", actions.plan, name="plan"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/poster/", pages.show_poster, name="poster"),
    path("<int:pk>/sheet/", pages.sheet, name="sheet"),
    path("<int:pk>/<slug:action>/", actions.act, name="act"),
]
