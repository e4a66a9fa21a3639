"""A file that the town has: brought, looked at, put right, taken in. It waits between the steps; nothing is lost on the way."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from beffroi.audience.importer import faults
from beffroi.backoffice.content import cards, upload_choices
from beffroi.backoffice.content.file_forms import FileForm, NewFileForm
from beffroi.backoffice.content.found import source_or_404
from beffroi.backoffice.content.sentences import flaw, sentence, setback
from beffroi.backoffice.content.sources import FORMATS
from beffroi.backoffice.doors import AgentRequest, address, download, go, say, show, warn
from beffroi.backoffice.files import refusal
from beffroi.content.facts import (
    Brought,
    NoSuchSource,
    NoSuchUpload,
    NothingFound,
    NotSettled,
    OtherFormat,
    Remark,
    TakenAlready,
    UnderWay,
)
from beffroi.content.queries import uploads as queries
from beffroi.content.services import uploads as services
from beffroi.content.words import Flaw, Format, Kind, Verdict
from beffroi.kit import spreadsheets

if TYPE_CHECKING:
    from beffroi.content.models import Upload

REMARKS_SHOWN = 10


def source_file(request: AgentRequest) -> HttpResponse:
    """The first step: the file, and what it is."""
    form = NewFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept = _keep(
            request,
            form,
            Brought(
                filename=said["file"].name or "",
                content_type=said["file"].content_type or "",
                name=said["name"],
                kind=Kind(said["kind"]) if said["kind"] else None,
            ),
        )
        if kept:
            return go(request, "upload", kept)
    return show(request, "backoffice/content/source_file.html", form=form)


def source_newer(request: AgentRequest, source_id: int) -> HttpResponse:
    """The next file of a source that files make."""
    source = source_or_404(request, source_id)
    if source.address or source.parent_id:
        warn(request, gettext("Cette source est lue à son adresse : elle n’attend pas de fichier."))
        return go(request, "source", source_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        new = Brought(
            filename=file.name or "", content_type=file.content_type or "", source_id=source_id
        )
        kept = _keep(request, form, new)
        if kept:
            return go(request, "upload", kept)
    return show(request, "backoffice/content/source_file.html", form=form, source=source)


def upload_page(request: AgentRequest, upload_id: int) -> HttpResponse:
    """How the file will be read, and what will become of what it holds; while it is taken in, how far that is."""
    row = _row_or_404(request, upload_id)
    if row.run_id or row.busy_at or request.headers.get("HX-Request"):
        return _under_way(request, row)
    try:
        found = queries.preview(request.town, upload_id, by=request.agent, at=request.at)
    except (NoSuchUpload, faults.BadFile):
        return _elsewhere(request, upload_id)
    return show(
        request,
        "backoffice/content/upload.html",
        found=found,
        row=found.row,
        name=found.row.source.name if found.row.source else found.row.name,
        format=FORMATS[Format(found.row.format)],
        setback=setback(found.row.came_back) if found.row.came_back else "",
        choices=upload_choices.shown(found),
        cards=[cards.card(one.found, one.verdict) for one in found.things],
        counts=[
            (gettext("Nouveaux"), found.counts[Verdict.NEW]),
            (gettext("Changés"), found.counts[Verdict.CHANGED]),
            (gettext("Sans changement"), found.counts[Verdict.SAME]),
            (gettext("Laissés de côté"), found.counts[Verdict.LEFT_OUT]),
        ],
        left_out=found.counts[Verdict.LEFT_OUT],
        labels=cards.choices(request, [(one.name, one.count, one.use) for one in found.labels]),
        remarks=[(flaw(one.flaw), one.where) for one in _told(found)[:REMARKS_SHOWN]],
        remarks_count=len(_told(found)),
    )


def upload_take(request: AgentRequest, upload_id: int) -> HttpResponse:
    """« Revoir l’aperçu » keeps the corrections; « Reprendre » takes what was seen, and nothing that was not."""
    try:
        is_as_seen = services.settle(
            request.town,
            upload_id,
            upload_choices.settled(request),
            by=request.agent,
            at=request.at,
        )
        if "go" not in request.POST:
            return go(request, "upload", upload_id)
        if not is_as_seen:
            say(request, gettext("L’aperçu a changé avec vos choix. Regardez-le, puis reprenez."))
            return go(request, "upload", upload_id)
        services.start(request.town, upload_id, by=request.agent, at=request.at)
    except NoSuchUpload as fact:
        raise Http404 from fact
    except (TakenAlready, UnderWay):
        return go(request, "upload", upload_id)
    except faults.BadFile as bad:
        warn(request, refusal(bad))
    except (NotSettled, NoSuchSource) as fact:
        warn(request, sentence(fact))
    return go(request, "upload", upload_id)


def upload_discard(request: AgentRequest, upload_id: int) -> HttpResponse:
    try:
        services.discard(request.town, upload_id, by=request.agent, at=request.at)
    except NoSuchUpload as fact:
        raise Http404 from fact
    except (TakenAlready, UnderWay):
        return go(request, "upload", upload_id)
    say(request, gettext("Le fichier est détruit ; rien n’en a été repris."))
    return go(request, "sources")


def upload_remarks(request: AgentRequest, upload_id: int) -> HttpResponseBase:
    try:
        found = queries.remarks(request.town, upload_id, by=request.agent, at=request.at)
    except (NoSuchUpload, faults.BadFile):
        return _elsewhere(request, upload_id)

    def lines() -> Iterator[tuple[str, str]]:
        yield gettext("Où"), gettext("Ce qui n’allait pas")
        for one in found:
            yield one.where, flaw(one.flaw)

    return download(
        request,
        spreadsheets.rows(lines()),
        filename=f"fichier-{upload_id}-remarques.csv",
        content_type="text/csv; charset=utf-8",
    )


def _keep(request: AgentRequest, form: FileForm, new: Brought) -> int | None:
    """None: the form says why."""
    try:
        chunks = form.cleaned_data["file"].chunks()
        return services.keep(request.town, new, chunks, by=request.agent, at=request.at).pk
    except faults.BadFile as bad:
        form.add_error("file", refusal(bad))
    except NothingFound as fact:
        form.add_error("file", _nothing(fact))
    except (OtherFormat, NoSuchSource) as fact:
        form.add_error("file", sentence(fact))
    return None


def _nothing(fact: NothingFound) -> str:
    """Why nothing of a whole file can be taken."""
    if fact.args in ((), (Flaw.NOTHING_INSIDE,)):
        return gettext(
            "Ce fichier se lit, mais il est vide. Rien n’a été gardé : choisissez-en un autre."
        )
    why = " ".join(flaw(one) for one in fact.args)
    if set(fact.args) & {Flaw.ONLY_HEADERS, Flaw.NOT_HERE, Flaw.UNREADABLE, Flaw.TOO_LARGE}:
        return why
    return gettext("Rien de ce fichier ne peut être repris. {why}").format(why=why)


def _told(found: queries.Preview) -> tuple[Remark, ...]:
    """What the page does not say in a louder voice."""
    return tuple(one for one in found.remarks if one.flaw != Flaw.MISSING_COLUMN)


def _row_or_404(request: AgentRequest, upload_id: int) -> "Upload":
    try:
        return queries.upload(request.town, upload_id, by=request.agent)
    except NoSuchUpload as fact:
        raise Http404 from fact


def _under_way(request: AgentRequest, row: "Upload") -> HttpResponse:
    """The page asks every second; once the file is taken in, it shows what came of it."""
    is_asking = bool(request.headers.get("HX-Request"))
    if row.run_id:
        say(
            request, gettext("Le fichier est repris. « Annuler ce relevé » remet tout comme avant.")
        )
        if is_asking:
            return HttpResponse(headers={"HX-Redirect": address(request, "run", row.run_id)})
        return go(request, "run", row.run_id)
    if not row.busy_at:
        return HttpResponse(headers={"HX-Refresh": "true"})
    part = "upload_progress" if is_asking else "upload_under_way"
    return show(request, f"backoffice/content/{part}.html", row=row)


def _elsewhere(request: AgentRequest, upload_id: int) -> HttpResponse:
    """The file is gone: taken in meanwhile, given up, or never this agent’s."""
    if _row_or_404(request, upload_id).run_id:
        return go(request, "upload", upload_id)
    raise Http404
