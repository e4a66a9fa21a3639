"""The town's domains: which there are, and a new one chosen."""

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show
from beffroi.mailhosting import names
from beffroi.mailhosting.queries import domains as queries
from beffroi.mailhosting.services import domains as services
from beffroi.mailhosting.services.facts import DomainTaken
from beffroi.towns.permissions import Permission


class DomainForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de domaine"),
        max_length=255,
        help_text=_("Ce qui suit le @, par exemple mairie-arcachon.fr."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


def listing(request: AgentRequest) -> HttpResponse:
    return show(
        request, "backoffice/mail/domains.html", domains=list(queries.domains(request.town))
    )


def choose(request: AgentRequest) -> HttpResponse:
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain = services.choose(
                request.town, form.cleaned_data["name"], by=request.agent, at=request.at
            )
        except names.NotADomain:
            form.add_error(
                "name", gettext("Écrivez un nom avec un point, par exemple mairie-arcachon.fr.")
            )
        except DomainTaken:
            form.add_error(
                "name",
                gettext(
                    "Ce nom est déjà utilisé ici. S’il est à votre commune, dites-le à l’exploitant."
                ),
            )
        else:
            say(request, gettext("%(name)s est choisi.") % {"name": domain.name})
            return go(request, "domains")
    return show(request, "backoffice/mail/domain_choose.html", form=form)


PAGES: list[URLPattern] = [
    page("courrier/domaines/", listing, Permission.MAIL_READ, name="domains", tab=_("Domaines")),
    page(
        "courrier/domaines/choisir/",
        choose,
        Permission.MAIL_WRITE,
        name="domain-choose",
        methods=("GET", "POST"),
    ),
]
