"""All addresses, app by app."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from common.ops import health
from congress_liaison import home, setup_views
from portal import errors
from portal.front import views as front
from portal.way_back import views as way_back
from studios import administration_views, audit_trail

urlpatterns = [
    path("", home.first_page, name="home"),
    path("", include("accounts.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("administration/", administration_views.take_administration, name="take_administration"),
    path("help/", include("congress_liaison.manual.urls")),
    path("setup/", setup_views.setup, name="setup"),
    path("users/", include("studios.users.urls")),
    path("audit/", audit_trail.audit_trail, name="audit"),
    path("audit/export.xlsx", audit_trail.export, name="audit_export"),
    path("opinions/", include("opinions.urls")),
    path("calendar/", include("workdays.urls")),
    path("supervision/", include("opinions.supervision.urls")),
    path("studios/", include("studios.urls")),
    path("funding/", include("studios.funding.urls")),
    path("deputies/", include("deputies.urls")),
    path("letters/", include("letters.urls")),
    path("activities/", include("deputies.activities.urls")),
    path("messages/", include("notifications.urls")),
    path("", include("reports.urls")),
    path("p/", include("portal.urls")),
    path("received/", include("incoming.urls")),
    path("s/<int:pk>/", front.short, name="short"),
    path("m/<str:token>/", way_back.follow, name="follow"),
    path("m/<str:token>/day.ics", way_back.follow_day, name="follow_day"),
    path("robots.txt", front.robots, name="robots"),
    path("sitemap.xml", front.sitemap, name="sitemap"),
    path("admin/", admin.site.urls),
    path("too-large/", errors.too_large, name="too_large"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400, handler403 = "portal.errors.bad_request", "portal.errors.permission_denied"
handler404, handler500 = "portal.errors.page_not_found", "portal.errors.server_error"
