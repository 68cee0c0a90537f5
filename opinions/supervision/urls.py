from django.urls import path

from .views import ladder, supervision

app_name = "supervision"

urlpatterns = [
    path("", supervision.overdue, name="overdue"),
    path("send/", supervision.send, name="send"),
    path("sent/<int:pk>/", supervision.bulk, name="bulk"),
    path("sent/<int:pk>/confirm/", supervision.confirm, name="bulk_confirm"),
    path("sent/<int:pk>/undo/", supervision.undo, name="bulk_undo"),
    path("ladder/", ladder.ladder, name="ladder"),
]
