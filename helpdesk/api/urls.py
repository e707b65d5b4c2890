"""The addresses of the API, below /v1/."""

from django.urls import path

from helpdesk.api import views

urlpatterns = [
    path("models", views.model_list, name="api_models"),
    path("models/<path:name>", views.model, name="api_model"),
    path("chat/completions", views.completions, name="api_completions"),
    path("<path:rest>", views.unknown),
]
