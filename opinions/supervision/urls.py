from django.urls import path

from .views import escalation, overview

app_name = "supervision"

urlpatterns = [
    path("", overview.overdue, name="overdue"),
    path("send/", overview.send, name="send"),
    path("sent/<int:pk>/", overview.bulk, name="bulk"),
    path("sent/<int:pk>/confirm/", overview.confirm, name="bulk_confirm"),
    path("sent/<int:pk>/undo/", overview.undo, name="bulk_undo"),
    path("ladder/", escalation.ladder, name="ladder"),
]
