"""A box written to a file: how far each export is, and the file; the holder's own, in Mon courrier."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, page, say, warn
from beffroi.backoffice.mail import leaving_words as words
from beffroi.mailhosting.queries import keeping as queries
from beffroi.mailhosting.services import exports
from beffroi.mailhosting.services.facts import ExportGone, NoSuchThing
from beffroi.mailhosting.words import Exporting
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import BoxExport, Mailbox

TONES = {
    Exporting.WAITING: "wait",
    Exporting.RUNNING: "live",
    Exporting.READY: "ok",
    Exporting.FAILED: "bad",
    Exporting.GONE: "",
}


def shown(request: AgentRequest, box: "Mailbox") -> dict[str, Any]:
    """What `parts/exports.html` shows."""
    rows = [
        (one, TONES[Exporting(one.state)], one.ready_at and one.ready_at + exports.KEPT)
        for one in queries.exports(request.town, box.pk)
    ]
    return {
        "exports": rows,
        "is_moving": any(one.state in exports.OPEN for one, *_ in rows),
        "mail_is_on": exports.servers() is not None,
    }


def answer(row: "BoxExport", file: Path) -> FileResponse:
    name = f"{row.mailbox.address.email.replace('@', '-')}-{row.asked_at:%Y-%m-%d}.zip"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name)


def export(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    try:
        exports.ask_own(request.town, mailbox_id, by=request.agent, at=request.at)
        say(request, gettext("La copie est demandée. Vous pouvez quitter cette page."))
    except NoSuchThing:
        raise Http404 from None
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "my-box", mailbox_id)


def download(request: AgentRequest, box_export_id: int) -> HttpResponseBase:
    try:
        row, file = exports.take_own(request.town, box_export_id, by=request.agent, at=request.at)
    except NoSuchThing:
        raise Http404 from None
    except ExportGone as gone:
        warn(request, gettext("Ce fichier n’est plus là. Demandez une nouvelle copie."))
        return go(request, "my-box", gone.args[0])
    return answer(row, file)


PAGES: list[URLPattern] = [
    page(
        "courrier/moi/<int:mailbox_id>/exporter/",
        export,
        Permission.HOME,
        name="my-export",
        methods=("POST",),
    ),
    page(
        "courrier/moi/exports/<int:box_export_id>.zip",
        download,
        Permission.HOME,
        name="my-export-file",
    ),
]
