from django.urls import path

from .views import actions, attachments, desks, detail, entry, imports, limits, listing

app_name = "opinions"

urlpatterns = [
    path("", listing.opinion_list, name="list"),
    path("new/", entry.new, name="new"),
    path("new/earlier/", entry.earlier, name="earlier"),
    path("new/alike/", entry.alike, name="alike"),
    path("new/name/", entry.earlier_name, name="earlier_name"),
    path("triage/", desks.triage_desk, name="triage_desk"),
    path("handling/", desks.handling_desk, name="handling_desk"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template.xlsx", imports.template, name="import_template"),
    path("imports/<int:pk>/", imports.one_import, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:pk>/start/", imports.start, name="import_start"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/errors.xlsx", imports.errors, name="import_errors"),
    path("limits/", limits.limits, name="limits"),
    path("limits/change/", limits.change_limit, name="change_limit"),
    path("waiting/<slug:what>/", desks.waiting, name="waiting"),
    path("<str:number>/", detail.detail, name="detail"),
    path("<str:number>/print/", detail.registration_form, name="print"),
    path("<str:number>/reveal/", detail.reveal, name="reveal"),
    path("<str:number>/files/<uuid:pk>/", attachments.attachment, name="attachment"),
    path("<str:number>/<slug:action>/", actions.act, name="act"),
]
