"""One form for each kind of entry, with the fields that it needs and no other."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.fields import DayInput
from beffroi.content.facts import Place, Text
from beffroi.content.words import DIRECTORIES, SHELVES, Kind, Stage
from beffroi.kit import html

if TYPE_CHECKING:
    from django.http import QueryDict

    from beffroi.audience.facts import ThemeView

NOW, LATER = "now", "at"
_WHERE = ("street", "postal_code", "city", "phones", "email", "website")
_PUBLISHING = ("when", "day", "hour", "until")
FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.NEWS: ("title", "summary", "html", "easy", "link", "themes"),
    Kind.EVENT: (
        *("title", "summary", "html", "easy", "venue", *_WHERE, "link", "themes"),
        "is_cancelled",
    ),
    Kind.PLACE: (
        *("title", "category", "summary", *_WHERE, "hours_note", "access", "html", "easy"),
    ),
    Kind.FILM: ("title", "summary", "html", "venue", "link", "themes"),
    Kind.PAGE: ("title", "category", "summary", "html", "easy", "link"),
}
_LABELS: dict[tuple[Kind, str], Any] = {
    (Kind.PLACE, "title"): _("Nom"),
    (Kind.PLACE, "html"): _("À savoir"),
    (Kind.PLACE, "category"): _("Annuaire"),
    (Kind.PAGE, "category"): _("Rubrique"),
    (Kind.FILM, "title"): _("Titre du film"),
    (Kind.FILM, "html"): _("L’histoire, la distribution"),
    (Kind.FILM, "venue"): _("Cinéma"),
}
_PHONE = re.compile(r"[+\d][\d .\-/()]{1,28}")


class EntryForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=200)
    category = forms.ChoiceField(label=_("Rubrique"))
    summary = forms.CharField(
        label=_("Résumé"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-counts": "300"}),
        help_text=_(
            "Une ou deux phrases\N{NO-BREAK SPACE}: c’est ce qu’on lit avant d’ouvrir la page."
        ),
    )
    html = forms.CharField(
        label=_("Texte"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "rich"}),
    )
    easy = forms.CharField(
        label=_("Version facile à lire"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "rich"}),
        help_text=_(
            "Des phrases courtes et des mots simples, pour les personnes qui lisent difficilement. Une idée par phrase."
        ),
    )
    venue = forms.CharField(label=_("Nom du lieu"), required=False, max_length=200)
    street = forms.CharField(
        label=_("Adresse"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    postal_code = forms.CharField(
        label=_("Code postal"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    city = forms.CharField(label=_("Commune"), required=False, max_length=100)
    phones = forms.CharField(
        label=_("Téléphones"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "tel"}),
        help_text=_("Un par ligne. Ils s’appellent d’un doigt sur un téléphone."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.URLField(
        label=_("Site"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "www.exemple.fr"}),
    )
    hours_note = forms.CharField(
        label=_("Remarque sur les horaires"),
        required=False,
        max_length=200,
        help_text=_(
            "Ce que le tableau ne dit pas\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}fermé en août\N{NO-BREAK SPACE}»."
        ),
    )
    access = forms.CharField(
        label=_("Accès des personnes handicapées"), required=False, max_length=300
    )
    link = forms.URLField(
        label=_("Lien pour en savoir plus"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    themes = forms.TypedMultipleChoiceField(
        label=_("Thèmes"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    is_cancelled = forms.BooleanField(
        label=_("Événement annulé"),
        required=False,
        help_text=_("La page reste en ligne et le dit."),
    )
    picture_alt = forms.CharField(
        label=_("Que montre la photo\N{NO-BREAK SPACE}?"),
        required=False,
        max_length=300,
        help_text=_("Une phrase pour les personnes qui ne la voient pas. Obligatoire avec une photo."),
    )  # fmt: skip
    when = forms.ChoiceField(
        required=False, choices=[(NOW, _("Maintenant")), (LATER, _("À une date choisie"))]
    )
    day = forms.DateField(
        label=_("Jour"), required=False, widget=DayInput()
    )  # fmt: skip
    hour = forms.TimeField(
        label=_("Heure"), required=False, help_text=_("Vide\N{NO-BREAK SPACE}: 8\N{NO-BREAK SPACE}h."), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )  # fmt: skip
    until = forms.DateField(
        label=_("En ligne jusqu’au"),
        required=False,
        widget=DayInput(),
        help_text=_("Ce jour-là compris. Vide\N{NO-BREAK SPACE}: sans limite."),
    )

    def __init__(
        self,
        data: "QueryDict | None" = None,
        *,
        kind: Kind,
        themes: "Sequence[ThemeView]",
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        wanted = {*FIELDS[kind], "picture_alt", *_PUBLISHING}
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        for (of, name), label in _LABELS.items():
            if of is kind:
                self.fields[name].label = label
        for name in {"html", "easy"} & wanted:
            self.fields[name].widget.attrs["data-label"] = str(self.fields[name].label)
        if "category" in self.fields:
            shelves = DIRECTORIES if kind is Kind.PLACE else SHELVES
            _offer(self.fields["category"], [("", ""), *((c.value, str(c.label)) for c in shelves)])
        if "themes" in self.fields:
            _offer(self.fields["themes"], [(str(theme.id), theme.name) for theme in themes])

    def clean_html(self) -> str:
        return _lines(self.cleaned_data["html"])

    def clean_easy(self) -> str:
        return _lines(self.cleaned_data["easy"])

    def clean_street(self) -> str:
        return _lines(self.cleaned_data["street"])

    def clean_phones(self) -> tuple[str, ...]:
        numbers = tuple(" ".join(n.split()) for n in self.cleaned_data["phones"].splitlines())
        numbers = tuple(n for n in numbers if n)
        for number in numbers:
            if not _PHONE.fullmatch(number):
                wrong = gettext("« %(number)s » n’est pas un numéro de téléphone.")
                raise forms.ValidationError(wrong % {"number": number[:30]})
        return numbers

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("when") == LATER and not said.get("day") and "day" not in self.errors:
            self.add_error("day", gettext("Choisissez le jour de publication."))
        return said


def initial(text: Text, *, at: datetime) -> dict[str, Any]:
    """What the form shows of an entry."""
    place = text.place or Place()
    opens = timezone.localtime(text.publish_at) if text.publish_at else None
    is_later = opens is not None and opens > at
    return {
        **{name: getattr(text, name) for name in _OWN},
        **{name: getattr(place, name) for name in _PLACED},
        "phones": "\n".join(place.phones),
        "themes": list(text.theme_ids),
        "when": LATER if is_later else NOW,
        "day": opens.date() if opens and is_later else None,
        "hour": opens.time() if opens and is_later else None,
        "until": _last_day(text.expires_at),
    }


_OWN = ("title", "summary", "html", "easy", "category", "venue", "link", "picture_alt", "is_cancelled")  # fmt: skip
_PLACED = ("street", "postal_code", "city", "email", "website", "hours_note", "access")


def own(said: dict[str, Any], before: Text) -> dict[str, Any]:
    """The columns of `Text` that the form holds; what it does not show stays as it was."""
    found = {name: said[name] for name in _OWN if name in said}
    for name in {"html", "easy"} & set(found):
        found[name] = _rich(found[name], getattr(before, name))
    return found


def place(said: dict[str, Any]) -> dict[str, Any]:
    """The columns of `Place` that the form holds."""
    return {name: said[name] for name in (*_PLACED, "phones") if name in said}


def dates(said: dict[str, Any], before: Text, *, stage: Stage, at: datetime) -> dict[str, Any]:
    """Since when and until when residents read it; « maintenant » keeps the date of what has come out already."""
    opens = before.publish_at
    if said["when"] == LATER:
        opens = timezone.make_aware(datetime.combine(said["day"], said.get("hour") or time(8)))
    elif opens is not None and opens > at:
        opens = at if stage is Stage.PUBLISHED else None
    last = said.get("until")
    ends = before.expires_at
    if last != _last_day(ends):
        ends = (
            timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
            if last
            else None
        )
    return {"publish_at": opens, "expires_at": ends}


def _last_day(ends: datetime | None) -> date | None:
    """The last day that residents read it: the moment after it is midnight of the next."""
    return timezone.localdate(ends - timedelta(seconds=1)) if ends else None


def theme_ids(
    chosen: Iterable[int], before: Text, offered: "Sequence[ThemeView]"
) -> tuple[int, ...]:
    """The same themes in another order are no change; one that has ended stays."""
    known = {theme.id for theme in offered}
    wanted = [*chosen, *(one for one in before.theme_ids if one not in known)]
    return before.theme_ids if set(wanted) == set(before.theme_ids) else tuple(wanted)


def _rich(typed: str, before: str) -> str:
    """Line ends are the browser’s, not a change. Without JavaScript a person types plain text into the box."""
    if typed == _lines(before).strip():
        return before
    return typed if "<" in typed else html.from_text(typed)


def _offer(asked: forms.Field, choices: list[tuple[str, str]]) -> None:
    cast("forms.ChoiceField", asked).choices = choices


def _lines(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n")
