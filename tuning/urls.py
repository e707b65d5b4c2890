"""The addresses of tuning outside the admin."""

from django.urls import path

from tuning.views import answers, review

urlpatterns = [
    path("answers/<int:message_pk>/", answers.correct_answer, name="correct_answer"),
    path("review/", review.next_pair, name="review_pairs"),
    path("review/<int:pk>/", review.pair, name="review_pair"),
]
