"""Addresses under /exploitant/."""

from beffroi.backoffice.operator.pages import PAGES

app_name = "operator"
urlpatterns = [*PAGES]
