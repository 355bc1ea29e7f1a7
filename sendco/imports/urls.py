from django.urls import path

from . import views

app_name = "imports"
urlpatterns = [
    path("", views.imports_list, name="list"),
    path("upload/", views.upload, name="upload"),
    path("<int:pk>/", views.preview, name="preview"),
    path("<int:pk>/columns/", views.mapping, name="mapping"),
    path("<int:pk>/rows/", views.rows, name="rows"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
