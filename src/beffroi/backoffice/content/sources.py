"""Where contents come from by themselves: sources, how their labels are read, and each visit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.queries import themes
from beffroi.backoffice.content.file_forms import FileForm
from beffroi.backoffice.content.found import source_or_404
from beffroi.backoffice.content.sentences import attempt, failure, flaw, sentence
from beffroi.backoffice.doors import AgentRequest, Say, address, go, say, show
from beffroi.backoffice.messages.posted import number
from beffroi.content.facts import AddressTaken, NewSource, NoSuchRun, Remark
from beffroi.content.queries import desk, uploads
from beffroi.content.services import importing, sources
from beffroi.content.words import Format, Kind, Mode, Outcome
from beffroi.towns import queries

if TYPE_CHECKING:
    from beffroi.audience.facts import ThemeView
    from beffroi.content.models import Label, Run, RunChange, Source

FORMATS: dict[Format, Say] = {
    Format.FEED: _("Actualités (RSS ou Atom)"),
    Format.JSON_FEED: _("Actualités (JSON Feed)"),
    Format.WORDPRESS: _("Site WordPress"),
    Format.ICAL: _("Agenda (iCal)"),
    Format.SCHEMA_ORG: _("Événements ou séances d’une page (schema.org)"),
    Format.OPENAGENDA: _("OpenAgenda"),
    Format.SHEET: _("Tableau (CSV ou Excel)"),
    Format.DILA: _("Annuaire des services publics (DILA)"),
    Format.FINESS: _("Établissements de santé (FINESS)"),
}
BY_ADDRESS = (Format.FEED, Format.JSON_FEED, Format.WORDPRESS, Format.ICAL, Format.SCHEMA_ORG, Format.OPENAGENDA)  # fmt: skip
"""What an agent may add by its address; files and reference data have doors of their own."""
TONES = {Outcome.READ: "ok", Outcome.SAME: "", Outcome.FAILED: "bad"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    source: "Source"
    format: Say
    failure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    label: "Label"
    themes: "list[tuple[ThemeView, bool]]"


class SourceForm(forms.Form):
    name = forms.CharField(
        label=_("Nom"), max_length=120, help_text=_("Les habitants le lisent sous chaque contenu repris.")
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("Ce qu’elle apporte"),
        choices=Mode.choices,
        initial=Mode.MODERATED,
        widget=forms.RadioSelect,
    )


class NewSourceForm(SourceForm):
    address = forms.URLField(
        label=_("Adresse du flux"),
        max_length=1000,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=_("Elle commence par https:// et mène au flux lui-même, pas à la page d’accueil."),
    )  # fmt: skip
    format = forms.ChoiceField(
        label=_("Sorte de flux"), choices=[(one.value, FORMATS[one]) for one in BY_ADDRESS]
    )
    kind = forms.ChoiceField(
        label=_("Ce que c’est"),
        required=False,
        choices=[("", _("Comme le dit le flux")), *Kind.choices],
    )
    field_order = ("address", "format", "name", "kind", "mode")


class RenamedForm(SourceForm):
    is_paused = forms.BooleanField(
        label=_("En pause"),
        required=False,
        help_text=_("Beffroi ne la lit plus\N{NO-BREAK SPACE}; ce qu’elle a apporté reste."),
    )


def source_list(request: AgentRequest) -> HttpResponse:
    rows = desk.sources(request.town)
    held = {row.parent_id for row in rows}
    bodies = queries.public_bodies().filter(department_code=request.town.department_code)
    return show(
        request,
        "backoffice/content/sources.html",
        lines=[_line(row) for row in rows],
        waiting=uploads.waiting(request.town, request.agent),
        file_form=FileForm(),
        bodies=[body for body in bodies if body.pk not in {*held, request.town.pk}],
    )


def _line(row: "Source") -> Line:
    return Line(
        source=row, format=_format(row), failure=failure(row.failure) if row.failure else ""
    )


def _format(row: "Source") -> Say:
    if row.format in set(Format):
        return FORMATS[Format(row.format)]
    return _("Intercommunalité")


def source_new(request: AgentRequest) -> HttpResponse:
    form = NewSourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = sources.add(
                request.town,
                NewSource(
                    name=said["name"],
                    format=Format(said["format"]),
                    address=said["address"],
                    kind=Kind(said["kind"]) if said["kind"] else None,
                    mode=Mode(said["mode"]),
                ),
                by=request.agent,
                at=request.at,
            )
        except AddressTaken as fact:
            form.add_error("address", sentence(fact))
        else:
            say(request, gettext("Source ajoutée."))
            return go(request, "source", row.pk)
    return show(request, "backoffice/content/source_form.html", form=form)


def source_page(request: AgentRequest, source_id: int) -> HttpResponse:
    row = source_or_404(request, source_id)
    before = {"name": row.name, "mode": row.mode, "is_paused": row.is_paused}
    form = RenamedForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: sources.change(
                request.town,
                source_id,
                name=form.cleaned_data["name"],
                mode=Mode(form.cleaned_data["mode"]),
                is_paused=form.cleaned_data["is_paused"],
                by=request.agent,
                at=request.at,
            ),
        )
        if done:
            say(request, gettext("Enregistré."))
        return go(request, "source", source_id)
    return show(
        request,
        "backoffice/content/source.html",
        line=_line(row),
        source=row,
        form=form,
        is_waiting=desk.is_waited_for(row, at=request.at),
        labels=_mapped(request, source_id),
        runs=[(run, TONES[Outcome(run.outcome)]) for run in desk.runs(request.town, source_id)],
    )


def _mapped(request: AgentRequest, source_id: int) -> list[Mapped]:
    offered = themes.open_themes(request.town)
    return [
        Mapped(label=label, themes=[(theme, theme.id == label.theme_id) for theme in offered])
        for label in desk.labels(request.town, source_id)
    ]


def source_labels(request: AgentRequest, source_id: int) -> HttpResponse:
    """A theme for each label, or « ne pas reprendre »."""
    source_or_404(request, source_id)
    known = {theme.id for theme in themes.open_themes(request.town)}
    chosen, left_out = {}, set()
    for label in desk.labels(request.town, source_id):
        said = request.POST.get(f"label-{label.pk}", "")
        theme_id = number(said)
        chosen[label.pk] = theme_id if theme_id in known else None
        if said == "out":
            left_out.add(label.pk)

    def map_labels() -> bool:
        sources.map_labels(
            request.town,
            source_id,
            chosen,
            frozenset(left_out),
            by=request.agent,
            at=request.at,
        )
        return True

    if attempt(request, map_labels):
        say(request, gettext("Enregistré. La prochaine lecture en tiendra compte, aussi pour ce qui est déjà repris."))  # fmt: skip
    return go(request, "source", source_id)


def source_remove(request: AgentRequest, source_id: int) -> HttpResponse:
    def remove() -> bool:
        sources.remove(request.town, source_id, by=request.agent, at=request.at)
        return True

    if attempt(request, remove):
        say(
            request,
            gettext("Source retirée. Ce qu’elle a apporté reste, et appartient à la commune."),
            undo=address(request, "source-take-back", source_id),
        )
    return go(request, "sources")


def source_take_back(request: AgentRequest, source_id: int) -> HttpResponse:
    def take_back() -> bool:
        sources.take_back(request.town, source_id, by=request.agent, at=request.at)
        return True

    if attempt(request, take_back):
        say(request, gettext("La source est de nouveau suivie."))
        return go(request, "source", source_id)
    return go(request, "sources")


def run_page(request: AgentRequest, run_id: int) -> HttpResponse:
    run, remarks, changes = _run_or_404(request, run_id)
    return show(
        request,
        "backoffice/content/run.html",
        run=run,
        remarks=[(flaw(remark.flaw), remark.where) for remark in remarks],
        changes=changes,
        may_undo=run.undone_at is None and bool(run.made or run.changed),
    )


def run_undo(request: AgentRequest, run_id: int) -> HttpResponse:
    run, *_rest = _run_or_404(request, run_id)
    done = attempt(
        request,
        lambda: importing.undo(request.town, run_id, by=request.agent, at=request.at),
    )
    if done:
        say(request, gettext("Relevé annulé : ce qu’il avait ajouté est retiré, ce qu’il avait changé est comme avant."))  # fmt: skip
    return go(request, "source", run.source_id)


def _run_or_404(
    request: AgentRequest, run_id: int
) -> "tuple[Run, tuple[Remark, ...], list[RunChange]]":
    try:
        return desk.run(request.town, run_id)
    except NoSuchRun as fact:
        raise Http404 from fact
