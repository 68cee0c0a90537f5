from django.urls import path

from .views import directory, roll

app_name = "deputies"

urlpatterns = [
    path("", directory.deputy_list, name="list"),
    path("me/", directory.own_page, name="own"),
    path("import/", roll.import_roll, name="import"),
    path("import/template.xlsx", roll.template, name="import_template"),
    path("change-over/", roll.change_over, name="change_over"),
    path("<int:pk>/", directory.deputy_detail, name="detail"),
]
