"""The signature of the town: one template, seen for each box, copied with one click."""

from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show
from beffroi.backoffice.mail.found import kept_or_404
from beffroi.mailhosting.queries import boxes, signatures as queries
from beffroi.mailhosting.queries.signatures import Common, Own
from beffroi.mailhosting.services import signatures
from beffroi.mailhosting.words import BoxState
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox
    from beffroi.towns.models import Town


class Signed(NamedTuple):
    html: str
    text: str


class CommonForm(forms.Form):
    with_arms = forms.BooleanField(label=_("Le blason"), required=False)
    with_address = forms.BooleanField(
        label=_("L’adresse, le téléphone et le site de la mairie"), required=False
    )
    announcement = forms.CharField(
        label=_("Une ligne d’annonce"),
        max_length=200,
        required=False,
        help_text=_("Par exemple : notre adresse change, merci de la noter."),
    )


class OwnForm(forms.Form):
    job = forms.CharField(
        label=_("Fonction"),
        max_length=120,
        required=False,
        help_text=_("Par exemple : adjointe à la culture."),
    )
    telephone = forms.CharField(
        label=_("Téléphone direct"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


def common(request: AgentRequest) -> HttpResponse:
    """What all share, and how it reads for one box."""
    now = queries.common(request.town)
    initial = {
        "with_arms": now.with_arms,
        "with_address": now.with_address,
        "announcement": now.announcement,
    }
    form = CommonForm(initial=initial)
    found = [box for box in boxes.boxes(request.town) if box.state == BoxState.ACTIVE]
    shown = next((box for box in found if str(box.pk) == request.GET.get("boite", "")), None)
    shown = shown or (found[0] if found else None)
    return show(
        request,
        "backoffice/mail/signature.html",
        form=form,
        boxes=found,
        shown=shown,
        signed=signed(request.town, shown) if shown else None,
    )


def change(request: AgentRequest) -> HttpResponse:
    form = CommonForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        wanted = Common(
            with_arms=said["with_arms"],
            with_address=said["with_address"],
            announcement=said["announcement"],
        )
        signatures.set_common(request.town, wanted, by=request.agent, at=request.at)
        say(request, gettext("La signature est enregistrée. Chacun la copie à nouveau."))
    return go(request, "signature")


def own(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """The holder's: their function, their telephone, and the copy."""
    box = kept_or_404(request, mailbox_id)
    now = queries.own(request.town, box)
    form = OwnForm(request.POST or None, initial={"job": now.job, "telephone": now.telephone})
    if request.method == "POST" and form.is_valid():
        wanted = Own(job=form.cleaned_data["job"], telephone=form.cleaned_data["telephone"])
        signatures.set_own(request.town, box.pk, wanted, by=request.agent, at=request.at)
        say(request, gettext("C’est enregistré. Copiez la signature ci-dessous."))
        return go(request, "my-signature", box.pk)
    return show(
        request,
        "backoffice/mail/my_signature.html",
        box=box,
        form=form,
        is_own=box.holder_id == request.agent.pk,
        signed=signed(request.town, box),
    )


def signed(town: "Town", box: "Mailbox") -> Signed:
    common_ = queries.common(town)
    arms = f"{settings.BEFFROI_URL}{reverse('citizen:coat_of_arms', args=[town.slug])}"
    said = {
        "town": town,
        "box": box,
        "common": common_,
        "own": queries.own(town, box),
        "arms": arms if common_.with_arms and town.coat_of_arms else "",
    }
    html = render_to_string("backoffice/mail/signature_block.html", said).strip()
    text = render_to_string("backoffice/mail/signature_block.txt", said)
    lines = [line.strip() for line in text.splitlines()]
    return Signed(html=html, text="\n".join(line for line in lines if line))


READ, WRITE, HOME = Permission.MAIL_READ, Permission.MAIL_WRITE, Permission.HOME

PAGES: list[URLPattern] = [
    page("courrier/signature/", common, READ, name="signature", tab=_("Signature")),
    page("courrier/signature/changer/", change, WRITE, name="signature-change", methods=("POST",)),
    page(
        "courrier/moi/<int:mailbox_id>/signature/",
        own,
        HOME,
        name="my-signature",
        methods=("GET", "POST"),
    ),
]
