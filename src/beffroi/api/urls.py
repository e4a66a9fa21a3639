"""The machines' addresses."""

from django.urls import path

from beffroi.api.health import health

urlpatterns = [path("", health, name="sante")]
