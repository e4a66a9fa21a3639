"""Associations that write through a secret link: invited, given another link, closed."""

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.content.sentences import attempt
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.content.queries import desk
from beffroi.content.services import contributors
from beffroi.kit.paths import CONTRIBUTE, town_url


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Nom de l’association"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Pour mémoire : c’est vous qui envoyez le lien."),
    )


def contributor_list(request: AgentRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row, secret = contributors.invite(
            request.town,
            form.cleaned_data["name"],
            form.cleaned_data["email"],
            by=request.agent,
            at=request.at,
        )
        return _link_once(request, row.name, row.email, secret)
    rows = desk.contributors(request.town)
    return show(
        request,
        "backoffice/content/contributors.html",
        form=form,
        rows=rows,
    )


def contributor_renew(request: AgentRequest, contributor_id: int) -> HttpResponse:
    def renew() -> str:
        return contributors.renew(request.town, contributor_id, by=request.agent, at=request.at)

    secret = attempt(request, renew)
    if secret is None:
        return go(request, "contributors")
    row = desk.contributors(request.town).get(pk=contributor_id)
    return _link_once(request, row.name, row.email, secret)


def contributor_close(request: AgentRequest, contributor_id: int) -> HttpResponse:
    def close() -> bool:
        contributors.close(request.town, contributor_id, by=request.agent, at=request.at)
        return True

    if attempt(request, close):
        say(
            request,
            gettext(
                "Le lien est fermé. Ce que l’association a écrit reste ; un nouveau lien lui redonne accès."
            ),
        )
    return go(request, "contributors")


def _link_once(request: AgentRequest, name: str, email: str, secret: str) -> HttpResponse:
    """Shown now and never again: only its hash is kept."""
    link = f"{town_url(settings.BEFFROI_URL, request.town.slug)}{CONTRIBUTE}{secret}/"
    response = show(
        request,
        "backoffice/content/contributor_link.html",
        name=name,
        email=email,
        link=link,
        subject=gettext("Publier vos actualités sur le site de la commune"),
    )
    response["Cache-Control"] = "no-store"
    return response
