"""Addresses of the manual."""

from django.urls import path

from congress_liaison.manual import views

app_name = "manual"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("<slug:code>/", views.chapter, name="chapter"),
]
