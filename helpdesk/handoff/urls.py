"""The addresses of hand-offs: the asker's and those of who answers."""

from django.urls import path

from helpdesk.handoff import staff_views, views

urlpatterns = [
    path("c/<int:pk>/person/", views.hand_over, name="hand_over"),
    path("c/<int:pk>/person/end/", views.take_back, name="take_back"),
    path("handoffs/", staff_views.handoffs, name="handoffs"),
    path("handoffs/<int:pk>/", staff_views.handoff, name="handoff"),
    path("handoffs/<int:pk>/take/", staff_views.take, name="take_handoff"),
    path("handoffs/<int:pk>/answer/", staff_views.answer, name="answer_handoff"),
    path("handoffs/<int:pk>/return/", staff_views.hand_back, name="hand_back"),
    path("handoffs/<int:pk>/close/", staff_views.close, name="close_handoff"),
]
