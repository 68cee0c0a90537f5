from django.urls import path

from .views import actions, desks, detail, entry, fragments, imports, limits, listing, topics, triage_setup

app_name = "opinions"

urlpatterns = [
    path("", listing.opinion_list, name="list"),
    path("new/", entry.new, name="new"),
    path("new/earlier/", entry.earlier, name="earlier"),
    path("new/alike/", entry.alike, name="alike"),
    path("new/name/", entry.earlier_name, name="earlier_name"),
    path("of-activity/<int:pk>/", fragments.of_activity, name="of_activity"),
    path("of-deputy/<int:pk>/", fragments.of_deputy, name="of_deputy"),
    path("triage/", desks.triage_desk, name="triage_desk"),
    path("triage/rules/", triage_setup.rules, name="triage_rules"),
    path("triage/rules/<int:pk>/<slug:do>/", triage_setup.rule, name="triage_rule"),
    path("triage/models/", triage_setup.models, name="triage_models"),
    path("triage/models/train/", triage_setup.train, name="triage_train"),
    path("triage/models/rest/", triage_setup.rest, name="triage_rest"),
    path("triage/models/<int:pk>/activate/", triage_setup.activate, name="triage_activate"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/take-up/", topics.take_up, name="take_up"),
    path("proposals/", topics.all_proposals, name="proposals"),
    path("proposals/<int:pk>/", topics.proposal, name="proposal"),
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
    path("<str:number>/alike/", desks.alike_of, name="alike_of"),
    path("<str:number>/seen/", desks.seen, name="seen"),
    path("<str:number>/reveal/", detail.reveal, name="reveal"),
    path("<str:number>/<slug:action>/", actions.act, name="act"),
]
