"""Bilan: what was sent, to whom and for how much, over any period."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.bilan import exports, paper, report
from beffroi.backoffice.doors import page
from beffroi.towns.permissions import Permission

READ, WRITE = Permission.RESULTS_READ, Permission.TOWN_WRITE

PAGES: list[URLPattern] = [
    page("bilan/", report.show_report, READ, name="bilan", tab=_("Bilan")),
    page("bilan/bilan.csv", exports.as_csv, READ, name="bilan-csv"),
    page("bilan/bilan.pdf", exports.as_pdf, READ, name="bilan-pdf"),
    page("bilan/papier/", paper.change, WRITE, name="bilan-paper", methods=("GET", "POST")),
]
