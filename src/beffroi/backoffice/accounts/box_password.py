"""Where the holder of a box chooses its password: no account, no script, one link."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.cache import never_cache

from beffroi.backoffice.mail import devices, letters
from beffroi.delivery.queries.links import Expired
from beffroi.kit.tokens import BadToken
from beffroi.mailhosting.queries import links
from beffroi.mailhosting.services import passwords
from beffroi.mailhosting.services.facts import LinkIsDead, WeakPassword
from beffroi.towns import queries, scope

if TYPE_CHECKING:
    from datetime import datetime

    from beffroi.mailhosting.models import PasswordLink
    from beffroi.towns.models import Town


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Mot de passe de la boîte"),
        strip=False,
        help_text=_(
            "Au moins 12 caractères. Quatre mots sans rapport entre eux se retiennent bien."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Le même, encore une fois"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("again") and said.get("password") != said["again"]:
            self.add_error("again", gettext("Les deux ne sont pas les mêmes."))


@never_cache
def by_letter(request: HttpRequest, town_slug: str, token: str) -> HttpResponse:
    """The link of a letter that Beffroi sent."""
    town, at = queries.town_by_slug(town_slug), timezone.now()
    link = None
    if town is not None:
        scope.enter(town_id=town.pk)
        try:
            link = letters.read_link(town, token, at=at)
        except (BadToken, Expired):
            link = None
    return _choose(request, town, link, at=at)


@never_cache
def by_hand(request: HttpRequest, town_slug: str, token: str) -> HttpResponse:
    """The link that the town hall handed over."""
    town, at = queries.town_by_slug(town_slug), timezone.now()
    link = None
    if town is not None:
        scope.enter(town_id=town.pk)
        link = links.link_with(town, token, at=at)
    return _choose(request, town, link, at=at)


def _choose(
    request: HttpRequest, town: "Town | None", link: "PasswordLink | None", *, at: "datetime"
) -> HttpResponse:
    if town is None or link is None:
        return _page(request, is_dead=True)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            box = passwords.use_sent_link(town, link.pk, form.cleaned_data["password"], at=at)
        except LinkIsDead:
            return _page(request, is_dead=True)
        except WeakPassword as weak:
            form.add_error("password", weak.reasons)
        else:
            device = devices.settings_of(box.address.email, name=box.display_name)
            return _page(request, box=box, device=device, is_done=True)
    return _page(request, box=link.mailbox, form=form)


def _page(request: HttpRequest, **said: object) -> HttpResponse:
    return render(request, "backoffice/mail/box_password.html", said)
