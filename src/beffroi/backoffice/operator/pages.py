from django.urls import URLPattern

from beffroi.backoffice.doors import operator_page
from beffroi.backoffice.operator.towns import towns

PAGES: list[URLPattern] = [
    operator_page("", towns, name="towns"),
]
