"""The operator's towns: their figures, and how a new one is opened."""

from typing import TYPE_CHECKING

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.services import themes
from beffroi.backoffice.accounts import mail
from beffroi.backoffice.doors import OperatorRequest, say, show
from beffroi.backoffice.operator.figures import row_of
from beffroi.towns import communes, queries, scope, services
from beffroi.towns.kinds import TownKind
from beffroi.towns.permissions import Role

if TYPE_CHECKING:
    from beffroi.towns.models import Town


class OpenForm(forms.Form):
    sender_address = forms.EmailField(
        label=_("Adresse d’envoi des messages"),
        help_text=_("Une adresse du domaine de la commune, autorisée à envoyer (SPF, DKIM)."),
    )
    full_name = forms.CharField(
        label=_("Premier administrateur\N{NO-BREAK SPACE}: prénom et nom"), max_length=120
    )
    email = forms.EmailField(
        label=_("Son adresse e-mail professionnelle"),
        help_text=_(
            "Un lien y sera envoyé pour choisir un mot de passe\N{NO-BREAK SPACE}; il sert pendant sept jours."
        ),
    )


class BodyForm(OpenForm):
    name = forms.CharField(label=_("Nom"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Sorte"),
        choices=[(one.value, one.label) for one in TownKind if one != TownKind.COMMUNE],
    )
    department_code = forms.RegexField(
        r"^(?:\d{2,3}|2[AB])$",
        label=_("Département"),
        help_text=_("Son numéro\N{NO-BREAK SPACE}: 33, 2A, 974."),
    )
    field_order = ("name", "kind", "department_code")


def listing(request: OperatorRequest) -> HttpResponse:
    """Each town's figures are read from inside that town; the closed ones come last."""
    rows = []
    for town in queries.every_town():
        scope.enter(town_id=town.pk, agent_id=request.agent.pk)
        rows.append(row_of(town, at=request.at))
    rows.sort(key=lambda row: row.town.closed_at is not None)
    return show(request, "operator/towns.html", rows=rows)


def find(request: OperatorRequest) -> HttpResponse:
    """Communes by name or postal code; the list alone when htmx asks."""
    asked = request.GET.get("q", "").strip()
    taken = {town.insee_code: town for town in queries.every_town()}
    found = [(commune, taken.get(commune.insee_code)) for commune in communes.search(asked)]
    wants_list = request.headers.get("HX-Request") == "true"
    template = "operator/found.html" if wants_list else "operator/find.html"
    return show(request, template, asked=asked, found=found)


def open_town(request: OperatorRequest) -> HttpResponse:
    commune = communes.everyone().get(request.GET.get("insee", ""))
    if commune is None:
        raise Http404
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            town = services.create_town(
                commune.insee_code,
                at=request.at,
                by=request.agent,
                sender_address=said["sender_address"],
            )
            _settle(request, town, said)
        return redirect("operator:towns")
    return show(request, "operator/open.html", commune=commune, form=form)


def open_body(request: OperatorRequest) -> HttpResponse:
    """An intercommunality: its communes may then show what it publishes."""
    form = BodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            town = services.create_body(
                said["name"],
                TownKind(said["kind"]),
                said["department_code"],
                by=request.agent,
                at=request.at,
                sender_address=said["sender_address"],
            )
            _settle(request, town, said)
        return redirect("operator:towns")
    return show(request, "operator/open_body.html", form=form)


def _settle(request: OperatorRequest, town: "Town", said: dict[str, str]) -> None:
    """First themes, first administrator, invited."""
    themes.open_town(town, at=request.at)
    agent = queries.agent_by_email(said["email"]) or services.create_agent(
        email=said["email"], full_name=said["full_name"], at=request.at
    )
    services.add_member(town, agent, roles=[Role.ADMINISTRATOR], by=request.agent, at=request.at)
    mail.send_invitation(town, agent, by=request.agent.full_name, at=request.at)
    opened = gettext("%(town)s est ouverte. Une invitation vient de partir vers %(name)s.")
    say(request, opened % {"town": town.name, "name": agent.full_name})
