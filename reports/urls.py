from django.urls import path

from .congress import views as congress_views
from .dashboard import views
from .deputies import views as deputy_views
from .files import unmasked_views
from .files import views as file_views
from .monthly import views as month_views
from .studios import views as studio_views

app_name = "reports"

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("activities/overview/", views.activities, name="activities"),
    path("deputies/<int:pk>/record/<int:year>/", deputy_views.record, name="deputy_record"),
    path("deputies/<int:pk>/record/<int:year>.docx", deputy_views.record_docx, name="deputy_record_docx"),
    path("deputies/<int:pk>/record/<int:year>.xlsx", deputy_views.record_xlsx, name="deputy_record_xlsx"),
    path("overview/studios/", studio_views.studios, name="studios"),
    path("overview/studios/points/", studio_views.ranking, name="ranking"),
    path("overview/studios/<str:figure>/", studio_views.records, name="studio_records"),
    path("overview/congress/", congress_views.congress, name="congress"),
    path("overview/congress.docx", congress_views.congress_docx, name="congress_docx"),
    path("overview/congress.xlsx", congress_views.congress_xlsx, name="congress_xlsx"),
    path("dashboard/wall/", views.wall, name="wall"),
    path("reports/", month_views.months, name="months"),
    path("reports/records/", views.records, name="records"),
    path("reports/made/<int:pk>/", file_views.made, name="made"),
    path("reports/made/<int:pk>/progress/", file_views.progress, name="progress"),
    path("reports/made/<int:pk>/file/", file_views.download, name="download"),
    path("reports/<str:month>/", month_views.month, name="month"),
    path("reports/<str:month>/bulletin/", month_views.bulletin, name="bulletin"),
    path("reports/<str:month>/freeze/", month_views.freeze, name="freeze"),
    path("reports/<str:month>/adjustments/", month_views.adjustments, name="adjustments"),
    path("reports/<str:month>/unmasked/", unmasked_views.unmasked, name="unmasked"),
    path("reports/<str:month>/make/", file_views.make, name="make"),
    path("reports/<str:month>.xlsx", file_views.workbook, name="workbook"),
]
