from django.urls import path

from studios.rolls.views import import_page, template_of

from . import views
from .roll import USERS
from .slips import slips

app_name = "users"

urlpatterns = [
    path("", views.user_list, name="list"),
    path("new/", views.new_user, name="new"),
    path("import/", import_page(USERS), name="import"),
    path("import/template.xlsx", template_of(USERS), name="import_template"),
    path("slips/", slips, name="slips"),
    path("off/", views.switch_off, name="off"),
    path("<int:pk>/", views.user_detail, name="detail"),
    path("<int:pk>/on/", views.switch_on, name="on"),
    path("<int:pk>/password/", views.new_password, name="password"),
    path("<int:pk>/roles/<int:membership>/remove/", views.take_role_away, name="take_away"),
]
