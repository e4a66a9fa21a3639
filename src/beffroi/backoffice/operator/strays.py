"""Reports that came back and belong to no delivery: listed, read with a trace, deleted."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import OperatorRequest, Say, say, show, warn
from beffroi.delivery.queries import strays as queries
from beffroi.delivery.services import keeping
from beffroi.delivery.services.returns import STRAYS_KEPT
from beffroi.towns import queries as towns
from beffroi.towns.journal import HouseKind

JOURNAL_SHOWN = 20
WHY: dict[str, Say] = {
    "forged or gone": _("L’adresse de retour est fausse, ou l’envoi n’existe plus"),
    "no reference": _("Rien n’y désigne un envoi"),
    "unreadable": _("Le compte rendu n’est pas lisible"),
    "reply of a stranger": _("SMS d’un numéro à qui personne n’a écrit"),
}
_KINDS = {kind.value: kind.label for kind in HouseKind}


def listing(request: OperatorRequest) -> HttpResponse:
    journal = towns.house_journal()[:JOURNAL_SHOWN]
    return show(
        request,
        "operator/strays.html",
        strays=[(stray, WHY.get(stray.why, stray.why)) for stray in queries.strays()],
        journal=[(line, _KINDS.get(line.kind, line.kind)) for line in journal],
        kept_days=STRAYS_KEPT.days,
    )


def read(request: OperatorRequest, stray_return_id: int) -> HttpResponse:
    """Asked with POST: a page that is reloaded by itself must not read again."""
    try:
        raw = keeping.read_stray(stray_return_id, by=request.agent, at=request.at)
    except keeping.NoSuchStray as gone:
        raise Http404 from gone
    response = show(
        request,
        "operator/stray.html",
        stray_id=stray_return_id,
        text=raw.decode("utf-8", errors="replace"),
    )
    response["Cache-Control"] = "no-store"
    return response


def delete(request: OperatorRequest, stray_return_id: int) -> HttpResponse:
    try:
        keeping.delete_stray(stray_return_id, by=request.agent, at=request.at)
    except keeping.NoSuchStray:
        warn(request, gettext("Ce retour n’existe plus : quelqu’un l’a déjà supprimé."))
    else:
        say(request, gettext("Le retour est supprimé."))
    return redirect("operator:strays")
