"""All that the page of an entry shows and posts: its form, its lines of dates, its week, its photograph."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from beffroi.audience.queries import themes
from beffroi.backoffice.content import dates, forms, pictures, week
from beffroi.backoffice.content.sentences import FIELD_OF, lack_of, lacking
from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.messages.posted import number
from beffroi.content.facts import Hours, Incomplete, Lack, Occurrence, Place, Text
from beffroi.content.queries import desk
from beffroi.content.words import Kind, Stage

if TYPE_CHECKING:
    from beffroi.audience.facts import ThemeView
    from beffroi.content.models import Picture

DATED, OPEN = frozenset({Kind.EVENT, Kind.FILM}), frozenset({Kind.PLACE})
_INTERIM = ("add-date", "repeat-date", "remove-date", "copy-monday", "drop-picture")
"""Buttons that change the form and save nothing."""


@dataclass(kw_only=True, slots=True)
class Sheet:
    """One entry in its form."""

    kind: Kind
    stage: Stage
    before: Text
    form: forms.EntryForm
    offered: "Sequence[ThemeView]"
    photo: "Picture | None" = None
    lines: list[dates.Line] = field(default_factory=list)
    days: list[week.Day] = field(default_factory=list)
    occurrences: tuple[Occurrence, ...] = ()
    hours: tuple[Hours, ...] = ()

    @property
    def too_many_dates(self) -> int:
        """They come from a calendar, and stay as they are."""
        many = len(self.before.occurrences)
        return many if self.kind in DATED and many > dates.MOST else 0

    @property
    def has_easy(self) -> bool:
        return bool(self.form["easy"].value()) if "easy" in self.form.fields else False

    def is_valid(self) -> bool:
        """With every fault told once, in the summary above the form."""
        form, is_good = self.form, self.form.is_valid()
        if self.photo and not form["picture_alt"].value() and "picture_alt" not in form.errors:
            form.add_error("picture_alt", lacking(Lack.ALT))
        if any(line.error for line in self.lines):
            form.add_error(None, gettext("Une date est à corriger, plus bas."))
        if any(day.error for day in self.days):
            form.add_error(None, gettext("Un horaire est à corriger, plus bas."))
        return is_good and not form.errors

    def lacks(self, fact: Incomplete) -> None:
        """What residents may not read yet, told where it is mended."""
        lack = lack_of(fact)
        self.form.add_error(FIELD_OF.get(lack), lacking(lack))

    def text(self, request: AgentRequest) -> Text:
        said, before = self.form.cleaned_data, self.before
        themed = said.get("themes")
        return replace(
            before,
            **forms.own(said, before),
            **forms.dates(said, before, stage=self.stage, at=request.at),
            place=self._place(),
            occurrences=self.occurrences,
            theme_ids=before.theme_ids
            if themed is None
            else forms.theme_ids(themed, before, self.offered),
            picture_id=self.photo.pk if self.photo else None,
        )

    def _place(self) -> Place | None:
        said = forms.place(self.form.cleaned_data)
        if not said:
            return self.before.place
        found = replace(self.before.place or Place(), **said, hours=self.hours)
        return None if found == Place() else found


def blank(request: AgentRequest, kind: Kind) -> Sheet:
    return _shown(request, kind, Stage.DRAFT, Text(title=""))


def filled(request: AgentRequest, opened: desk.Opened) -> Sheet:
    return _shown(request, Kind(opened.row.kind), Stage(opened.row.stage), opened.text)


def _shown(request: AgentRequest, kind: Kind, stage: Stage, text: Text) -> Sheet:
    offered = themes.open_themes(request.town)
    shown = forms.initial(text, at=request.at)
    if not text.title and kind in DATED | OPEN:
        shown |= {"city": request.town.name}
    hours = text.place.hours if text.place else ()
    return Sheet(
        kind=kind,
        stage=stage,
        before=text,
        form=forms.EntryForm(kind=kind, themes=offered, initial=shown),
        offered=offered,
        photo=desk.photo(request.town, text.picture_id),
        lines=dates.shown(text.occurrences) if kind in DATED else [],
        days=week.shown(hours) if kind in OPEN else [],
        occurrences=text.occurrences,
        hours=hours,
    )


def posted(request: AgentRequest, kind: Kind, stage: Stage, before: Text) -> Sheet:
    """What was typed; the picture is kept even if the rest must be mended."""
    offered = themes.open_themes(request.town)
    form = forms.EntryForm(request.POST, kind=kind, themes=offered)
    sheet = Sheet(
        kind=kind,
        stage=stage,
        before=before,
        form=form,
        offered=offered,
        occurrences=before.occurrences,
        hours=before.place.hours if before.place else (),
    )
    _take_photo(request, sheet)
    if kind in DATED and not sheet.too_many_dates:
        sheet.lines = dates.posted(request.POST)
        sheet.occurrences = _kept(dates.read(sheet.lines, kind), before.occurrences)
    if kind in OPEN:
        sheet.days = week.posted(request.POST)
        sheet.hours = week.read(sheet.days, sheet.hours)
    if is_interim(request):
        _unjudged(sheet)
    return sheet


def is_interim(request: AgentRequest) -> bool:
    """The button asked for another line, not for the entry to be saved."""
    return request.POST.get("do", "").startswith(_INTERIM)


def _unjudged(sheet: Sheet) -> None:
    sheet.form.errors.clear()
    for line in sheet.lines:
        line.error = line.refusal
    for day in sheet.days:
        day.error = ""


def _take_photo(request: AgentRequest, sheet: Sheet) -> None:
    if request.POST.get("do") == "drop-picture":
        return
    sheet.photo = desk.photo(request.town, number(request.POST.get("picture_id", "")))
    file = request.FILES.get("picture")
    if file:
        try:
            sheet.photo = pictures.take(request, file)
        except pictures.Refused as refused:
            sheet.form.add_error(None, str(refused))


def _kept(read: tuple[Occurrence, ...], before: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """The same dates in another order are no change."""
    return before if set(read) == set(before) else read
