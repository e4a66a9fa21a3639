"""Addresses under /mairie/."""

from django.urls import path

from beffroi.backoffice.sections import SECTIONS
from beffroi.backoffice.shell.doormat import my_towns

app_name = "backoffice"
urlpatterns = [
    path("", my_towns, name="my-towns"),
    *(page for section in SECTIONS for page in section.pages),
]
