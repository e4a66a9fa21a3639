"""A new version of the tariff, from a day on."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.money.forms import TariffForm, typed_prices
from beffroi.money.facts import AlreadyPast
from beffroi.money.queries import tariffs as told
from beffroi.money.services import tariffs


def add(request: AgentRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    now = told.prices(request.town, on=today)
    form = TariffForm(request.POST or None, initial={"valid_from": today, **typed_prices(now)})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["valid_from"]
        try:
            tariffs.set_prices(
                request.town, form.prices, valid_from=day, by=request.agent, at=request.at
            )
        except AlreadyPast:
            form.add_error(
                "valid_from", gettext("Ce jour est passé. Choisissez aujourd’hui ou plus tard.")
            )
        else:
            say(request, gettext("Le tarif est enregistré. Ce qui est déjà parti garde son prix."))
            return go(request, "money")
    return show(request, "backoffice/money/tariff.html", form=form)
