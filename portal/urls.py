from django.urls import path

from . import errors
from .front import views as front
from .views import pages, submit, track, verify
from .way_back import views as way_back

app_name = "portal"

# Whatever comes before <studio code> can be no studio's code.
urlpatterns = [
    path("track/", track.track, name="track"),
    path("verify/", verify.verify, name="verify"),
    path("verify/proof/", verify.proof, name="proof"),
    path("verify/anchors/", verify.anchors, name="anchors"),
    path("matter/", track.matter, name="matter"),
    path("leave/", track.leave, name="leave"),
    path("matter/day.ics", way_back.matter_day, name="matter_day"),
    path("receipt/day.ics", way_back.receipt_day, name="receipt_day"),
    path("receipt/picture.png", way_back.receipt_picture, name="receipt_picture"),
    path("receipt/", submit.receipt, name="receipt"),
    path("track/<str:action>/", track.take, name="take"),
    path("file/<str:token>/", track.file, name="file"),
    path("evaluate/<str:token>/", track.evaluate, name="evaluate"),
    path("bulletin/<str:county>/", pages.bulletin, name="bulletin"),
    path("too-large/", errors.too_large, name="too_large"),
    path("", front.search, name="search"),
    path("privacy/", front.privacy, name="privacy"),
    path("in/<str:code>/", front.place, name="place"),
    path("in/<str:code>/sessions.ics", front.place_calendar, name="place_calendar"),
    path("in/<str:code>/sessions.xml", front.place_feed, name="place_feed"),
    path("display/", pages.display, name="display"),
    path("<slug:code>/", pages.studio, name="studio"),
    path("<slug:code>/deputies/<int:pk>/", pages.deputy, name="deputy"),
    path("<slug:code>/deputies/<int:pk>/photo/", pages.deputy_photo, name="deputy_photo"),
    path("<slug:code>/new/", submit.new, name="new"),
    path("<slug:code>/sessions.ics", front.studio_calendar, name="studio_calendar"),
    path("<slug:code>/qr.svg", pages.qr, name="qr"),
]
