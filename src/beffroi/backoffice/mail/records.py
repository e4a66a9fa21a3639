"""A domain's page: what the world sees of it, and three ways to write its records."""

from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.mailhosting.queries import dns, domains
from beffroi.mailhosting.services import checking, publishing
from beffroi.mailhosting.services.facts import NotYourZone
from beffroi.mailhosting.services.publishing import Result
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Domain
    from beffroi.mailhosting.queries.dns import Record, Verdict

_KEY_LABELS = {
    "auth_application_key": _("Clé d’application"),
    "auth_application_secret": _("Secret d’application"),
    "auth_consumer_key": _("Clé de consommateur"),
    "auth_token": _("Jeton"),
}
_FAILED = {
    "no_zone": _(
        "Ce domaine n’a pas été trouvé à cet endroit. Rien n’a été écrit\N{NO-BREAK SPACE}; vérifiez que c’est bien là qu’il est géré."
    ),
    "refused": _(
        "L’accès a été refusé. Une partie a pu être écrite\N{NO-BREAK SPACE}; vérifiez les clés et leurs droits, puis recommencez."
    ),
    "silent": _(
        "Pas de réponse. Une partie a pu être écrite\N{NO-BREAK SPACE}; recommencez dans quelques minutes, rien ne sera écrit deux fois."
    ),
}


class KeysForm(forms.Form):
    """The keys that one registrar gives."""

    def __init__(self, *args: object, keys: tuple[str, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for key in keys:
            self.fields[key] = forms.CharField(
                label=_KEY_LABELS[key],
                max_length=300,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )


def overview(request: AgentRequest, domain_id: int) -> HttpResponse:
    domain = _found(request, domain_id)
    return show(
        request,
        "backoffice/mail/domain.html",
        domain=domain,
        held_elsewhere=domain.pk in domains.held_elsewhere(request.town),
        verdict=dns.verdict(request.town, domain),
        way=dns.way(request.town, domain),
        is_hosted_here=publishing.is_hosted_here(request.town, domain),
        registrars=dns.registrars(request.town),
    )


def verdict(request: AgentRequest, domain_id: int) -> HttpResponse:
    """The same part of the page again, for who leaves it open."""
    domain = _found(request, domain_id)
    return show(
        request,
        "backoffice/mail/parts/verdict.html",
        domain=domain,
        held_elsewhere=domain.pk in domains.held_elsewhere(request.town),
        verdict=dns.verdict(request.town, domain),
    )


def check(request: AgentRequest, domain_id: int) -> HttpResponse:
    domain = _found(request, domain_id)
    checking.check(request.town, domain.pk, at=request.at)
    if request.headers.get("HX-Request"):
        return verdict(request, domain_id)
    return go(request, "domain", domain_id)


def copy(request: AgentRequest, domain_id: int) -> HttpResponse:
    domain = _found(request, domain_id)
    found = dns.verdict(request.town, domain)
    if found is None:
        checking.check(request.town, domain.pk, at=request.at)
        found = dns.verdict(request.town, domain)
    return show(request, "backoffice/mail/domain_copy.html", domain=domain, groups=_groups(found))


def _groups(found: "Verdict | None") -> list[tuple[str, list["Record"]]]:
    """Only what is not right yet, what mail needs first."""
    if found is None:
        return []
    groups = [
        (gettext("Ce qu’il faut"), [one for one in found.needed if one.light != "green"]),
        (gettext("Ce qui aide"), [one for one in found.comfort if one.light != "green"]),
    ]
    return [group for group in groups if group[1]]


def write(request: AgentRequest, domain_id: int) -> HttpResponse:
    """What would be written, here or at the registrar that the address names; then writing it."""
    domain = _found(request, domain_id)
    at = request.GET.get("chez", "")
    return _write_at(request, domain, at) if at else _write_here(request, domain)


def _write_here(request: AgentRequest, domain: "Domain") -> HttpResponse:
    town = request.town
    if request.method == "POST":
        try:
            result = publishing.publish_here(town, domain.pk, by=request.agent, at=request.at)
        except NotYourZone:
            warn(
                request,
                gettext(
                    "L’exploitant n’a pas encore ouvert ce domaine à la commune. Rien n’a été écrit\N{NO-BREAK SPACE}; demandez-le-lui."
                ),
            )
        else:
            _tell(request, result)
        return go(request, "domain", domain.pk)
    changes = publishing.plan(town, domain.pk, at=request.at)
    return show(request, "backoffice/mail/domain_write.html", domain=domain, changes=changes)


def _write_at(request: AgentRequest, domain: "Domain", registrar: str) -> HttpResponse:
    known = {key: (name, where, keys) for key, name, where, keys in dns.registrars(request.town)}
    if registrar not in known:
        raise Http404
    name, keys_page, keys = known[registrar]
    form = KeysForm(request.POST or None, keys=keys)
    if request.method == "POST" and form.is_valid():
        result = publishing.publish_at_registrar(
            request.town,
            domain.pk,
            registrar,
            form.cleaned_data,
            by=request.agent,
            at=request.at,
        )
        _tell(request, result)
        if result.written == "done":
            return go(request, "domain", domain.pk)
    return show(
        request,
        "backoffice/mail/domain_write.html",
        domain=domain,
        changes=publishing.plan(request.town, domain.pk, at=request.at),
        form=form,
        registrar=name,
        keys_page=keys_page,
    )


def forget(request: AgentRequest, domain_id: int) -> HttpResponse:
    domain = _found(request, domain_id)
    publishing.forget(request.town, domain.pk, by=request.agent, at=request.at)
    say(request, gettext("Les clés sont détruites. Les lignes déjà écrites restent en place."))
    return go(request, "domain", domain.pk)


def _tell(request: AgentRequest, result: Result) -> None:
    if result.written == "done":
        say(
            request,
            gettext(
                "C’est écrit. Le monde entier le verra d’ici quelques minutes à quelques heures."
            ),
        )
    else:
        warn(request, _FAILED[result.written])


def _found(request: AgentRequest, domain_id: int) -> "Domain":
    domain = domains.domain(request.town, domain_id)
    if domain is None:
        raise Http404
    return domain


_READ, _WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE
_ONE = "courrier/domaines/<int:domain_id>/"
PAGES: list[URLPattern] = [
    page(_ONE, overview, _READ, name="domain"),
    page(f"{_ONE}etat/", verdict, _READ, name="domain-verdict"),
    page(f"{_ONE}verifier/", check, _READ, name="domain-check", methods=("POST",)),
    page(f"{_ONE}copier/", copy, _READ, name="domain-copy"),
    page(f"{_ONE}ecrire/", write, _WRITE, name="domain-write", methods=("GET", "POST")),
    page(f"{_ONE}oublier/", forget, _WRITE, name="domain-forget", methods=("POST",)),
]
