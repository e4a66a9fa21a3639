from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import page
from beffroi.backoffice.shell.today import today
from beffroi.towns.permissions import Permission

PAGES: list[URLPattern] = [
    page("", today, Permission.HOME, name="today", tab=_("Aujourd’hui")),
]
