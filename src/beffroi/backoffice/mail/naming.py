"""A name for the town: proposed, asked of the registry, chosen."""

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, show
from beffroi.kit import domain_names
from beffroi.kit.domain_names import Fault, NotADomain
from beffroi.mailhosting import names
from beffroi.mailhosting.queries import dns
from beffroi.mailhosting.services import domains as services, naming
from beffroi.mailhosting.services.facts import DomainKnown
from beffroi.towns.permissions import Permission

_FAULTS = {
    Fault.EMPTY: _("Écrivez un nom, par exemple mairie-arcachon.fr."),
    Fault.ADDRESS: _("C’est une adresse e-mail. Écrivez seulement ce qui suit le @."),
    Fault.ACCENTS: _(
        "Sans accents\N{NO-BREAK SPACE}: beaucoup de messageries ne les acceptent pas dans une adresse."
    ),
    Fault.CHARACTERS: _(
        "Des lettres sans accents, des chiffres, des tirets et des points seulement."
    ),
    Fault.HYPHENS: _("Un tiret ne peut être ni au début, ni à la fin, ni deux fois de suite."),
    Fault.ONE_PART: _("Il manque la fin du nom, par exemple .fr."),
    Fault.TOO_LONG: _(
        "Ce nom est trop long\N{NO-BREAK SPACE}: 63 caractères au plus avant le point."
    ),
}


class DomainForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de domaine"),
        max_length=255,
        help_text=_("Ce qui suit le @, par exemple mairie-arcachon.fr."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        try:
            return domain_names.clean(self.cleaned_data["name"])
        except NotADomain as wrong:
            raise forms.ValidationError(_FAULTS[wrong.fault]) from wrong


def choose(request: AgentRequest) -> HttpResponse:
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            domain = services.choose(request.town, name, by=request.agent, at=request.at)
        except names.NotADomain:
            form.add_error("name", _FAULTS[Fault.CHARACTERS])
        except DomainKnown:
            form.add_error(
                "name",
                gettext("Ce nom est déjà parmi ceux de la commune."),
            )
        else:
            return go(request, "domain", domain.pk)
    asked = _asked(request)
    return show(
        request,
        "backoffice/mail/domain_choose.html",
        form=form,
        proposals=dns.proposals(request.town),
        freedom=naming.freedom(request.town, asked) if asked else None,
    )


def free(request: AgentRequest) -> HttpResponse:
    """One sentence about one name; put into the page while it is read."""
    asked = _asked(request)
    freedom = naming.freedom(request.town, asked) if asked else None
    return show(request, "backoffice/mail/parts/freedom.html", freedom=freedom)


def _asked(request: AgentRequest) -> str:
    try:
        return domain_names.clean(request.GET.get("nom", ""))
    except NotADomain:
        return ""


PAGES: list[URLPattern] = [
    page(
        "courrier/domaines/choisir/",
        choose,
        Permission.MAIL_WRITE,
        name="domain-choose",
        methods=("GET", "POST"),
    ),
    page("courrier/domaines/libre/", free, Permission.MAIL_WRITE, name="domain-free"),
]
