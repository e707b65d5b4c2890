"""The addresses of documents, below /documents/."""

from django.urls import path

from knowledge.views import (
    deeds,
    differences,
    document,
    documents,
    passages,
    questions,
    reviews,
    sources,
    trail,
    trying,
)

urlpatterns = [
    path("", documents.documents, name="documents"),
    path("retry/", deeds.retry_failed, name="retry_failed"),
    path("cancel/", deeds.cancel_all, name="cancel_all"),
    path("suggested/", documents.suggest_documents, name="suggest_documents"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("trail/", trail.trail, name="trail"),
    path("<int:pk>/", document.document, name="document"),
    path("<int:pk>/dates/", document.set_dates, name="set_dates"),
    path("<int:pk>/care/", document.set_care, name="set_care"),
    path("<int:pk>/versions/", document.add_version, name="add_version"),
    path("<int:pk>/passages/", document.passages, name="document_passages"),
    path("<int:pk>/find/", trying.find, name="find"),
    path("<int:pk>/questions/", questions.questions, name="questions"),
    path("<int:pk>/differences/", differences.differences, name="differences"),
    path("<int:pk>/reviewed/", reviews.reviewed, name="reviewed"),
    path("<int:pk>/delete/", deeds.delete, name="delete_document"),
    path("<int:pk>/do/<slug:deed>/", deeds.document_deed, name="document_deed"),
    path("versions/<int:pk>/", sources.version, name="version"),
    path("versions/<int:pk>/passages/", passages.passages, name="passages"),
    path("versions/<int:pk>/do/<slug:deed>/", deeds.version_deed, name="version_deed"),
    path("versions/<int:pk>/pages/<int:number>.png", sources.page_picture, name="page_picture"),
    path("versions/<int:pk>/file", sources.download, name="download"),
]
