from django.urls import path

from studios.rolls.views import import_page, template_of

from .importing import views
from .pages import actions, attachments, calls, detail, entry, fragments, list, search, signing, worklists
from .supervision.views import time_limits
from .triage.responsibilities import RESPONSIBILITIES
from .triage.views import setup, topics

app_name = "opinions"

urlpatterns = [
    path("", list.opinion_list, name="list"),
    path("find/", search.find, name="find"),
    path("new/", entry.new, name="new"),
    path("new/earlier/", entry.earlier, name="earlier"),
    path("new/alike/", entry.alike, name="alike"),
    path("new/name/", entry.earlier_name, name="earlier_name"),
    path("of-activity/<int:pk>/", fragments.of_activity, name="of_activity"),
    path("of-deputy/<int:pk>/", fragments.of_deputy, name="of_deputy"),
    path("triage/", worklists.triage_desk, name="triage_desk"),
    path("triage/rules/", setup.rules, name="triage_rules"),
    path("triage/rules/<int:pk>/<slug:do>/", setup.rule, name="triage_rule"),
    path("triage/models/", setup.models, name="triage_models"),
    path("triage/models/train/", setup.train, name="triage_train"),
    path("triage/models/rest/", setup.rest, name="triage_rest"),
    path("triage/models/<int:pk>/activate/", setup.activate, name="triage_activate"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/exclude/", topics.exclude, name="topic_exclude"),
    path("topics/<int:pk>/take-up/", topics.take_up, name="take_up"),
    path("proposals/", topics.all_proposals, name="proposals"),
    path("proposals/<int:pk>/", topics.proposal, name="proposal"),
    path("extensions/", worklists.extensions, name="extensions"),
    path("letters/", signing.letters_to_sign, name="letters_to_sign"),
    path("letters/sign/", signing.sign_letters, name="sign_letters"),
    path("letters/<int:pk>/drop/", signing.drop_letter, name="drop_letter"),
    path("handling/", worklists.handling_desk, name="handling_desk"),
    path("responsibilities/import/", import_page(RESPONSIBILITIES), name="import_responsibilities"),
    path(
        "responsibilities/import/template.xlsx",
        template_of(RESPONSIBILITIES),
        name="import_responsibilities_template",
    ),
    path("imports/", views.imports, name="imports"),
    path("imports/template.xlsx", views.template, name="import_template"),
    path("imports/<int:pk>/", views.one_import, name="import"),
    path("imports/<int:pk>/undo/", views.undo, name="import_undo"),
    path("imports/<int:pk>/decide/", views.decide, name="import_decide"),
    path("imports/<int:pk>/approved/", views.take_approved, name="import_approved"),
    path("imports/<int:pk>/progress/", views.progress, name="import_progress"),
    path("imports/<int:pk>/start/", views.start, name="import_start"),
    path("imports/<int:pk>/cancel/", views.cancel, name="import_cancel"),
    path("imports/<int:pk>/errors.xlsx", views.errors, name="import_errors"),
    path("limits/", time_limits.limits, name="limits"),
    path("limits/change/", time_limits.change_limit, name="change_limit"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<str:number>/", calls.call, name="call"),
    path("calls/<str:number>/number/", calls.show_number, name="call_number"),
    path("waiting/<slug:what>/", worklists.waiting, name="waiting"),
    path("<str:number>/", detail.detail, name="detail"),
    path("<str:number>/print/", detail.registration_form, name="print"),
    path("<str:number>/slip/", detail.slip, name="slip"),
    path("<str:number>/copy/", detail.copy, name="copy"),
    path("<str:number>/alike/", worklists.alike_of, name="alike_of"),
    path("<str:number>/seen/", worklists.seen, name="seen"),
    path("<str:number>/reveal/", detail.reveal, name="reveal"),
    path("<str:number>/files/<uuid:pk>/", attachments.attachment, name="attachment"),
    path("<str:number>/files/<uuid:pk>/small/", attachments.small, name="attachment_small"),
    path("<str:number>/<slug:action>/", actions.act, name="act"),
]
