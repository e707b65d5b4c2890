"""All addresses of the desk."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from helpdesk import (
    dashboard_views,
    explain_views,
    feedback_views,
    history_views,
    inbox_views,
    share_views,
    sign_in,
    views,
)
from helpdesk.api.connect import connect
from helpdesk.health import healthz

urlpatterns = [
    path("", views.chat, name="chat"),
    path("c/<int:pk>/", views.conversation, name="conversation"),
    path("c/<int:pk>/delete/", views.delete_conversation, name="delete_conversation"),
    path("c/", history_views.conversations, name="conversations"),
    path("c/<int:pk>/manage/", history_views.manage, name="manage_conversation"),
    path("c/<int:pk>/export/", history_views.export, name="export_conversation"),
    path("who-reads-what/", history_views.who_reads, name="who_reads"),
    path("citations/<int:pk>/", views.citation, name="citation"),
    path("answers/<int:pk>/feedback/", feedback_views.feedback, name="feedback"),
    path("answers/<int:pk>/why/", explain_views.why, name="why"),
    path("answers/<int:pk>/share/", share_views.share, name="share"),
    path("shared/<slug:token>/", share_views.shared, name="shared"),
    path(
        "shared/<slug:token>/citations/<int:pk>/",
        share_views.shared_citation,
        name="shared_citation",
    ),
    path("dashboard/", dashboard_views.dashboard, name="dashboard"),
    path("feedback/", inbox_views.feedback_inbox, name="feedback_inbox"),
    path("feedback/<int:pk>/", inbox_views.feedback_detail, name="feedback_detail"),
    path("feedback/news/", feedback_views.news, name="feedback_news"),
    path("", include("helpdesk.handoff.urls")),
    path("questions/", include("helpdesk.question_urls")),
    path("documents/", include("knowledge.urls")),
    path("curation/", include("tuning.urls")),
    path("accounts/login/", sign_in.SignIn.as_view(), name="login"),
    path("accounts/password/", sign_in.NewPassword.as_view(), name="new_password"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("connect/", connect, name="connect"),
    path("v1/", include("helpdesk.api.urls")),
    path("healthz", healthz, name="healthz"),
]
