from django.urls import path

from studios.rolls.views import import_page, template_of

from .directory import views
from .roll.importing import DEPUTIES
from .roll.views import corrections, term_transition

app_name = "deputies"

urlpatterns = [
    path("", views.deputy_list, name="list"),
    path("me/", views.own_page, name="own"),
    path("import/", import_page(DEPUTIES), name="import"),
    path("import/template.xlsx", template_of(DEPUTIES), name="import_template"),
    path("change-over/", term_transition.change_over, name="change_over"),
    path("change-over/<int:pk>/withdraw/", term_transition.withdraw_plan, name="withdraw_plan"),
    path("terms/<int:pk>/", corrections.term, name="term"),
    path("<int:pk>/", views.deputy_detail, name="detail"),
    path("<int:pk>/edit/", corrections.edit, name="edit"),
    path("<int:pk>/history/", corrections.history, name="history"),
    path("<int:pk>/photo/", corrections.photo, name="photo"),
    path("<int:pk>/seats/new/", corrections.seat, name="seat_new"),
    path("<int:pk>/seats/<int:seat>/", corrections.seat, name="seat"),
    path("<int:pk>/seats/<int:seat>/remove/", corrections.remove_seat, name="remove_seat"),
]
