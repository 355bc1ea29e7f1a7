from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("start/", views.start, name="start"),
    path("governors/<int:year>/<str:term>.pdf", views.governors_pdf, name="governors-pdf"),
    path("governors/<int:year>/<str:term>/", views.governors, name="governors"),
    path("governors/<int:year>/<str:term>/build/", views.build, name="governors-build"),
    path("governors/<int:year>/<str:term>/count/", views.count_again, name="governors-count"),
    path("governors/<int:year>/<str:term>/publish/", views.publish, name="governors-publish"),
]
