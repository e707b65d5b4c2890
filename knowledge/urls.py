from django.urls import path

from knowledge import views

urlpatterns = [
    path("", views.documents, name="documents"),
    path("retry/", views.retry_failed, name="retry_failed"),
    path("<int:pk>/delete/", views.delete, name="delete_document"),
    path("versions/<int:pk>/", views.version, name="version"),
    path("versions/<int:pk>/retry/", views.retry, name="retry"),
    path("versions/<int:pk>/pages/<int:number>.png", views.page_picture, name="page_picture"),
    path("versions/<int:pk>/file", views.download, name="download"),
]
