"""Files of subscribers: taken in, looked at, put right, started."""

from dataclasses import replace

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience.importer import faults
from beffroi.audience.importer.columns import Column, Role
from beffroi.audience.importer.kinds import Kind
from beffroi.audience.importer.plan import Plan
from beffroi.audience.queries import imports as queries, themes as theme_queries
from beffroi.audience.services import imports as services
from beffroi.audience.words import ImportState
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.files import refusal
from beffroi.backoffice.subscribers import reports
from beffroi.backoffice.subscribers.files import view_of
from beffroi.backoffice.subscribers.forms import AttestationForm, FileForm


def listing(request: AgentRequest) -> HttpResponse:
    """Past imports, and the way to a new one."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_id = services.upload(
                request.town, file.name or "", file.chunks(), by=request.agent, at=request.at
            )
        except faults.BadFile as bad:
            form.add_error("file", refusal(bad))
        else:
            return go(request, "import", import_id)
    return show(
        request,
        "backoffice/subscribers/imports.html",
        form=form,
        imports=queries.imports(request.town),
    )


def one(request: AgentRequest, import_id: int) -> HttpResponse:
    """Before the start the preview, during it the progress, after it the report."""
    found = view_of(request, import_id)
    if found.state == ImportState.UPLOADED:
        form = AttestationForm(today=localdate(request.at))
        return _preview(request, import_id, form)
    return reports.report(request, found)


def read_again(request: AgentRequest, import_id: int) -> HttpResponse:
    """Another separator or another sheet."""
    view_of(request, import_id)
    try:
        services.read_again(
            request.town,
            import_id,
            delimiter=request.POST.get("delimiter", "").replace("tab", "\t"),
            sheet=request.POST.get("sheet", ""),
            at=request.at,
        )
    except services.WrongState:
        _too_late(request)
    except faults.BadFile as bad:
        warn(request, refusal(bad))
    return go(request, "import", import_id)


def start(request: AgentRequest, import_id: int) -> HttpResponse:
    """« Revoir l’aperçu » keeps the corrections; « Importer » starts."""
    found = view_of(request, import_id)
    if found.state != ImportState.UPLOADED:
        _too_late(request)
        return go(request, "import", import_id)
    plan = _corrected(request, queries.plan(request.town, import_id))
    theme_ids = [int(one) for one in request.POST.getlist("themes") if one.isdecimal()]
    services.set_plan(request.town, import_id, plan, theme_ids=theme_ids, at=request.at)
    form = AttestationForm(
        request.POST if "go" in request.POST else None, today=localdate(request.at)
    )
    if "go" in request.POST and form.is_valid():
        problem = _start(request, import_id, plan, theme_ids, form)
        if not problem:
            return go(request, "import", import_id)
        warn(request, problem)
    return _preview(request, import_id, form)


def discard(request: AgentRequest, import_id: int) -> HttpResponse:
    view_of(request, import_id)
    try:
        services.discard(request.town, import_id, at=request.at)
    except services.WrongState:
        _too_late(request)
        return go(request, "import", import_id)
    say(request, gettext("Le fichier est détruit ; personne n’a été abonné."))
    return go(request, "imports")


def _preview(request: AgentRequest, import_id: int, form: AttestationForm) -> HttpResponse:
    found = view_of(request, import_id)
    themes = theme_queries.open_themes(request.town)
    try:
        preview = queries.preview(request.town, import_id, given=sorted(found.theme_ids))
    except faults.BadFile as bad:
        warn(request, refusal(bad))
        return go(request, "imports")
    plan = preview.plan
    roles = reports.role_choices(themes)
    columns = [
        (n, plan.header[n] if n < len(plan.header) else "", _chosen(column))
        for n, column in enumerate(plan.columns)
    ]
    return show(
        request,
        "backoffice/subscribers/import_preview.html",
        found=found,
        preview=preview,
        plan=plan,
        form=form,
        themes=themes,
        given=found.theme_ids,
        columns=columns,
        roles=roles,
        is_text=plan.reading.kind == Kind.TEXT,
        delimiters=[
            (";", gettext("point-virgule"), plan.reading.delimiter == ";"),
            (",", gettext("virgule"), plan.reading.delimiter == ","),
            ("tab", gettext("tabulation"), plan.reading.delimiter == "\t"),
            ("|", gettext("barre verticale"), plan.reading.delimiter == "|"),
        ],
    )


def _chosen(column: Column) -> str:
    return f"theme:{column.theme_id}" if column.role == Role.THEME else column.role.value


def _corrected(request: AgentRequest, plan: Plan) -> Plan:
    """The columns as the selects say; what they do not say stays."""
    columns = []
    for n, column in enumerate(plan.columns):
        said = request.POST.get(f"column-{n}", "")
        kind, _, theme = said.partition(":")
        if kind == Role.THEME.value and theme.isdecimal():
            columns.append(Column(role=Role.THEME, theme_id=int(theme)))
        elif said in set(Role) - {Role.THEME}:
            columns.append(Column(role=Role(said)))
        else:
            columns.append(column)
    return replace(plan, columns=tuple(columns))


def _start(
    request: AgentRequest, import_id: int, plan: Plan, theme_ids: list[int], form: AttestationForm
) -> str:
    """The problem in a sentence, or nothing."""
    said = form.cleaned_data
    attestation = services.Attestation(
        collected_by=said["collected_by"],
        collected_on=said["collected_on"],
        collected_how=said["collected_how"],
    )
    try:
        services.start(
            request.town,
            import_id,
            plan,
            attestation,
            theme_ids=theme_ids,
            by=request.agent,
            at=request.at,
        )
    except services.NoContactColumn:
        return gettext(
            "Rien n’est importé : dites quelle colonne contient les adresses ou les mobiles."
        )
    except services.NoThemeAnywhere:
        return gettext("Rien n’est importé : choisissez au moins un thème pour ces personnes.")
    except services.NotAttested:
        return gettext("Rien n’est importé : dites qui a recueilli l’accord, quand et comment.")
    except services.WrongState:
        return _already()
    return ""


def _already() -> str:
    return gettext("Cet import a déjà commencé : il suit son cours.")


def _too_late(request: AgentRequest) -> None:
    warn(request, _already())
