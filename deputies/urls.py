from django.urls import path

from studios.views.rolls import import_page, template_of

from .roll.importing import DEPUTIES
from .views import correcting, directory, roll

app_name = "deputies"

urlpatterns = [
    path("", directory.deputy_list, name="list"),
    path("me/", directory.own_page, name="own"),
    path("import/", import_page(DEPUTIES), name="import"),
    path("import/template.xlsx", template_of(DEPUTIES), name="import_template"),
    path("change-over/", roll.change_over, name="change_over"),
    path("terms/<int:pk>/", correcting.term, name="term"),
    path("<int:pk>/", directory.deputy_detail, name="detail"),
    path("<int:pk>/edit/", correcting.edit, name="edit"),
    path("<int:pk>/history/", correcting.history, name="history"),
    path("<int:pk>/photo/", correcting.photo, name="photo"),
    path("<int:pk>/seats/new/", correcting.seat, name="seat_new"),
    path("<int:pk>/seats/<int:seat>/", correcting.seat, name="seat"),
    path("<int:pk>/seats/<int:seat>/remove/", correcting.remove_seat, name="remove_seat"),
]
