"""The addresses of questions without an answer and of curated answers, below /questions/."""

from django.urls import path

from helpdesk import curated_views, gap_views

urlpatterns = [
    path("", gap_views.gaps, name="gaps"),
    path("<int:pk>/", gap_views.gap, name="gap"),
    path("<int:pk>/<slug:deed>/", gap_views.gap_deed, name="gap_deed"),
    path("curated/", curated_views.curated_answers, name="curated_answers"),
    path("curated/new/", curated_views.new_curated_answer, name="new_curated_answer"),
    path("curated/<int:pk>/", curated_views.curated_answer, name="curated_answer"),
    path(
        "curated/<int:pk>/delete/",
        curated_views.delete_curated_answer,
        name="delete_curated_answer",
    ),
    path("curated/<int:pk>/<slug:deed>/", curated_views.curated_deed, name="curated_deed"),
]
