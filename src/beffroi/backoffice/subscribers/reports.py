"""An import under way or over: its progress, every line explained, and the way back."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from beffroi.audience.facts import ThemeView
from beffroi.audience.importer import faults
from beffroi.audience.importer.columns import Role
from beffroi.audience.queries import imports as queries
from beffroi.audience.queries.imports import ImportView
from beffroi.audience.services import imports as services
from beffroi.audience.words import ImportState, RowReason
from beffroi.backoffice.doors import AgentRequest, download, go, say, show, warn
from beffroi.backoffice.files import refusal
from beffroi.backoffice.subscribers.files import view_of

LINES = 100


def report(request: AgentRequest, found: ImportView) -> HttpResponse:
    """The page asks every second while the import runs, then loads anew once it is over."""
    if request.headers.get("HX-Request"):
        if not found.is_running:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return show(request, "backoffice/subscribers/import_progress.html", found=found)
    reason = request.GET.get("motif", "")
    reason = reason if reason in RowReason.values else ""
    start = request.GET.get("debut", "0")
    first = int(start) if start.isdecimal() and len(start) < 8 else 0
    reasons = queries.reasons(request.town, found.id)
    total = sum(n for one, n in reasons if not reason or one == reason)
    return show(
        request,
        "backoffice/subscribers/import_report.html",
        found=found,
        failure=_failure(found.failure),
        reasons=[(one, str(one.label), n) for one, n in reasons],
        reason=reason,
        lines=queries.report(request.town, found.id, reason=reason, start=first, size=LINES),
        earlier=max(first - LINES, 0) if first else None,
        later=first + LINES if first + LINES < total else None,
        may_undo=found.may_undo(request.at),
        was_undone=found.state == ImportState.UNDONE,
        has_failed=found.state == ImportState.FAILED,
    )


def undo(request: AgentRequest, import_id: int) -> HttpResponse:
    view_of(request, import_id)
    try:
        gone = services.undo(request.town, import_id, by=request.agent, at=request.at)
    except services.TooLate:
        warn(request, gettext("Trente jours sont passés : cet import ne peut plus être retiré."))
    except services.WrongState:
        warn(request, gettext("Cet import n’est pas terminé, ou il a déjà été retiré."))
    else:
        say(
            request,
            gettext(
                "L’import est retiré : {count} personnes de moins. Celles qui ont depuis choisi par elles-mêmes restent."
            ).format(count=gone),
        )
    return go(request, "import", import_id)


def lines_csv(request: AgentRequest, import_id: int) -> HttpResponseBase:
    """The lines to put right, in the shape of the file they came from."""
    view_of(request, import_id)
    return download(
        request,
        queries.report_csv(request.town, import_id),
        filename=f"import-{import_id}-lignes.csv",
        content_type="text/csv; charset=utf-8",
    )


def role_choices(themes: Sequence[ThemeView]) -> list[tuple[str, str]]:
    """What a column may hold, in words."""
    return [
        (Role.IGNORED.value, gettext("Ne pas reprendre")),
        (Role.EMAIL.value, gettext("Adresse électronique")),
        (Role.PHONE.value, gettext("Mobile")),
        (Role.FAMILY_NAME.value, gettext("Nom")),
        (Role.FIRST_NAME.value, gettext("Prénom")),
        (Role.FULL_NAME.value, gettext("Nom et prénom")),
        (Role.CONSENT.value, gettext("Accord : oui ou non")),
        (Role.THEMES.value, gettext("Liste de thèmes")),
        *[
            (f"theme:{theme.id}", gettext("Case « {name} »").format(name=theme.name))
            for theme in themes
        ],
    ]


def _failure(name: str) -> str:
    kinds = {kind.__name__: kind for kind in faults.BadFile.__subclasses__()}
    return refusal(kinds[name]()) if name in kinds else ""
