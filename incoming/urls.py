from django.urls import path

from . import views, webhook

app_name = "incoming"

urlpatterns = [
    path("", views.waiting, name="list"),
    path("sms/", webhook.sms, name="sms"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/register/", views.register, name="register"),
    path("<int:pk>/set-aside/", views.set_aside, name="set_aside"),
]
