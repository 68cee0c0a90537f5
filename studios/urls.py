from django.urls import path

from .areas import uploads, views
from .assessments import views as haves
from .directory import views as directory
from .profile import views as facts
from .rolls.agencies import AGENCIES
from .rolls.studios import STUDIOS
from .rolls.views import import_page, template_of

app_name = "studios"

urlpatterns = [
    path("", directory.studio_list, name="list"),
    path("import/", import_page(STUDIOS), name="import"),
    path("import/template.xlsx", template_of(STUDIOS), name="import_template"),
    path("agencies/import/", import_page(AGENCIES), name="import_agencies"),
    path("agencies/import/template.xlsx", template_of(AGENCIES), name="import_agencies_template"),
    path("areas/", uploads.areas, name="areas"),
    path("townships/", views.change_list, name="changes"),
    path("townships/<int:pk>/", views.change_detail, name="change"),
    path("townships/<int:pk>/undo/", views.undo, name="undo_change"),
    path("townships/<str:kind>/", views.change, name="make_change"),
    path("<int:pk>/", directory.studio_detail, name="detail"),
    path("<int:pk>/edit/", facts.edit, name="edit"),
    path("<int:pk>/history/", facts.studio_history, name="history"),
    path("<int:pk>/funding/", facts.funding, name="funding"),
    path("<int:pk>/photos/", facts.photos, name="photos"),
    path("<int:pk>/photos/<int:photo>.jpg", facts.photo, name="photo"),
    path("<int:pk>/photos/<int:photo>/remove/", facts.remove_photo, name="remove_photo"),
    path("<int:pk>/haves/", haves.rounds, name="rounds"),
    path("haves/<int:pk>/", haves.assessment, name="assessment"),
    path("haves/<int:pk>/<str:action>/", haves.act, name="act"),
    path("findings/<int:pk>/<str:action>/", haves.finding, name="finding"),
]
