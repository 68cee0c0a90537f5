from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.preference, name="preferences"),
    path("outbox/", views.outbox_list, name="outbox"),
    path("outbox/<int:pk>/retry/", views.retry, name="retry"),
    path("outbox/<int:pk>/settle/", views.settle, name="settle"),
    path("approvals/<int:pk>/", views.decide, name="decide"),
    path("<int:pk>/open/", views.open_message, name="open"),
]
