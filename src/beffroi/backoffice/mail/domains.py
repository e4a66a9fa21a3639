"""The town's domains: which there are."""

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, page, show
from beffroi.mailhosting.queries import domains as queries
from beffroi.towns.permissions import Permission


def listing(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/mail/domains.html",
        domains=list(queries.domains(request.town)),
        held_elsewhere=queries.held_elsewhere(request.town),
    )


PAGES: list[URLPattern] = [
    page("courrier/domaines/", listing, Permission.MAIL_READ, name="domains", tab=_("Domaines")),
]
