"""« Notre courrier arrive-t-il ? »: one plain answer, and what it rests on."""

from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.mailhosting.queries import arrivals as queries, domains
from beffroi.mailhosting.services import loops
from beffroi.towns.permissions import Permission


def overview(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/mail/arrivals.html",
        arrivals=queries.arrivals(request.town, at=request.at),
        black_lists=queries.black_lists(request.town),
    )


def try_now(request: AgentRequest, domain_id: int) -> HttpResponse:
    if domains.domain(request.town, domain_id) is None:
        raise Http404
    test = loops.send(request.town, domain_id, at=request.at)
    if test is None:
        warn(request, gettext("Ce nom ne reçoit pas encore de courrier. Reliez-le d’abord."))
    elif test.accepted:
        say(
            request,
            gettext("La lettre est partie. Son retour paraîtra ici, d’ordinaire en une minute."),
        )
    else:
        warn(
            request,
            gettext(
                "La lettre n’a pas pu partir\N{NO-BREAK SPACE}: le serveur d’envoi l’a refusée. Prévenez l’exploitant."
            ),
        )
    return go(request, "mail-arrivals")


PAGES: list[URLPattern] = [
    page(
        "courrier/arrive/",
        overview,
        Permission.MAIL_READ,
        name="mail-arrivals",
        tab=_("Arrive-t-il\N{NO-BREAK SPACE}?"),
    ),
    page(
        "courrier/arrive/<int:domain_id>/essayer/",
        try_now,
        Permission.MAIL_WRITE,
        name="mail-try",
        methods=("POST",),
    ),
]
