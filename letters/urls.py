from django.urls import path

from studios.rolls.views import import_page, template_of

from .organs import ORGANS
from .views import letters, templates

app_name = "letters"

urlpatterns = [
    path("", letters.letter_list, name="list"),
    path("register.xlsx", letters.register, name="register"),
    path("organs/import/", import_page(ORGANS), name="import_organs"),
    path("organs/import/template.xlsx", template_of(ORGANS), name="import_organs_template"),
    path("templates/", templates.overview, name="templates"),
    path("templates/<str:county>/<slug:kind>/", templates.one_kind, name="template"),
    path("templates/<str:county>/<slug:kind>/use/", templates.use, name="template_use"),
    path("templates/<str:county>/<slug:kind>/<int:version>.docx", templates.download, name="template_docx"),
    path("<int:pk>/", letters.detail, name="detail"),
    path("<int:pk>/letter.docx", letters.docx, name="docx"),
    path("<int:pk>/print/", letters.sheet, name="print"),
    path("<int:pk>/sign/", letters.sign, name="sign"),
    path("<int:pk>/stamp/", letters.stamp, name="stamp"),
    path("<int:pk>/file/", letters.file, name="file"),
    path("<int:pk>/cancel/", letters.cancel, name="cancel"),
]
