from django.urls import path

from .views import acting, activities

app_name = "activities"

urlpatterns = [
    path("", activities.calendar, name="calendar"),
    path("list/", activities.activity_list, name="list"),
    path("studios/", activities.studios, name="studios"),
    path("new/", acting.new, name="new"),
    path("plan/", acting.plan, name="plan"),
    path("<int:pk>/", activities.detail, name="detail"),
    path("<int:pk>/poster/", activities.show_poster, name="poster"),
    path("<int:pk>/sheet/", activities.sheet, name="sheet"),
    path("<int:pk>/<slug:action>/", acting.act, name="act"),
]
