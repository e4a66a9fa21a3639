"""The one map of addresses. Order matters: a town's slug is matched last."""

from django.urls import include, path

urlpatterns = [
    path("", include("beffroi.api.urls")),
    path("compte/", include("beffroi.backoffice.accounts.urls")),
    path("mairie/", include("beffroi.backoffice.urls")),
    path("exploitant/", include("beffroi.backoffice.operator_urls")),
    path("", include("beffroi.citizen.urls")),
]

handler404 = "beffroi.citizen.views.errors.not_found"
