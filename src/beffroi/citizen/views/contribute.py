"""An association writes through its secret link; somebody at the town hall reads it over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.citizen import doors
from beffroi.citizen.doors import respond, secret_page
from beffroi.content.facts import NoSuchContributor, Occurrence, Text
from beffroi.content.queries import contributed
from beffroi.content.services import contributors
from beffroi.content.words import Kind
from beffroi.kit import html

if TYPE_CHECKING:
    from beffroi.towns.models import Town


class ContributionForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=150)
    text = forms.CharField(
        label=_("Texte"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Quoi, pour qui, à quel prix, comment s’inscrire."),
    )
    venue = forms.CharField(label=_("Lieu"), max_length=150, required=False)
    begins = forms.DateTimeField(
        label=_("Début, s’il y a une date"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends = forms.DateTimeField(
        label=_("Fin"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> None:
        begins, ends = self.cleaned_data.get("begins"), self.cleaned_data.get("ends")
        if ends and not begins:
            self.add_error("begins", _("Donnez aussi le début."))
        if begins and ends and ends <= begins:
            self.add_error("ends", _("La fin doit venir après le début."))


@secret_page("GET", "HEAD", "POST")
def contribute(request: HttpRequest, town: Town, token: str) -> HttpResponse:
    try:
        who = contributors.opened(town, token)
    except NoSuchContributor:
        return respond(town, "contribute_closed.html", status=404)
    form = ContributionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kind = Kind.EVENT if said["begins"] else Kind.NEWS
        contributors.contribute(town, token, kind, _text(said), at=timezone.now())
        return doors.go(doors.address(town, "contribute", token=token) + "?recu")
    return respond(
        town,
        "contribute.html",
        form=form,
        who=who.name,
        told=contributed.latest(town, who, at=timezone.now()),
        received="recu" in request.GET and request.method == "GET",
    )


def _text(said: dict[str, str | datetime]) -> Text:
    begins, ends = said["begins"], said["ends"]
    dates = (
        (Occurrence(begins_at=begins, ends_at=ends if isinstance(ends, datetime) else None),)
        if isinstance(begins, datetime)
        else ()
    )
    written = str(said["text"])
    return Text(
        title=str(said["title"]),
        summary=_first_words(written),
        html=html.from_text(written),
        venue=str(said["venue"]),
        occurrences=dates,
    )


def _first_words(text: str) -> str:
    """At most 200 letters, cut between two words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 200 else plain[:200].rpartition(" ")[0] + "…"
