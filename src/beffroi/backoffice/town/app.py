"""The residents' app: its address and code to be posted up, and a host name of the town's own."""

import re

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice import qr
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.kit.paths import own_site, town_url
from beffroi.towns import services

HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")


class HostForm(forms.Form):
    host = forms.CharField(
        label=_("Nom de votre application"),
        required=False,
        max_length=253,
        help_text=_(
            "Par exemple app.commune.fr. Laissez vide pour n’être que dans l’application commune."
        ),
    )

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip().lower()
        host = host.removeprefix("https://").removeprefix("http://").rstrip("/")
        if host and not HOST.fullmatch(host):
            raise forms.ValidationError(_("Écrivez un nom comme app.commune.fr, sans chemin."))
        if host == settings.PUBLIC_HOST:
            raise forms.ValidationError(
                _("C’est le nom de l’application commune à toutes les villes.")
            )
        return host


def residents_app(request: AgentRequest) -> HttpResponse:
    return _shown(request, HostForm(initial={"host": request.town.own_host}))


def name_app(request: AgentRequest) -> HttpResponse:
    form = HostForm(request.POST)
    if not form.is_valid():
        return _shown(request, form)
    try:
        services.give_host(request.town, form.cleaned_data["host"], by=request.agent, at=request.at)
    except services.HostTaken:
        form.add_error("host", gettext("Une autre collectivité utilise déjà ce nom."))
        return _shown(request, form)
    say(request, gettext("Le nom de votre application est enregistré."))
    return go(request, "town-app")


def _shown(request: AgentRequest, form: HostForm) -> HttpResponse:
    shared = town_url(settings.BEFFROI_URL, request.town.slug) + "/"
    host = request.town.own_host
    own = f"{own_site(settings.BEFFROI_URL, host)}/" if host else ""
    return show(
        request,
        "backoffice/town/app.html",
        form=form,
        shared=shared,
        own=own,
        posted=own or shared,
        code=qr.picture(own or shared),
        public_host=settings.PUBLIC_HOST,
    )
