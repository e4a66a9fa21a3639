"""What is kept, for how long, and what is held."""

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.mail import copies, disposals, leaving_words as words, words as box_words
from beffroi.mailhosting.queries import boxes, disposals as lists, keeping as queries
from beffroi.mailhosting.services import exports, keeping
from beffroi.mailhosting.services.facts import ExportGone, NoSuchThing
from beffroi.towns.permissions import Permission

MAX_MONTHS = 600


class KeepForm(forms.Form):
    months = forms.IntegerField(
        label=_("Durée après l’archivage, en mois"),
        min_value=1,
        max_value=MAX_MONTHS,
        required=False,
        help_text=_("Vide\N{NO-BREAK SPACE}: la durée habituelle de ce genre de boîte."),
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi rien ne doit être détruit"),
        max_length=200,
        help_text=_(
            "Un contentieux, une demande des archives… Le journal de la commune garde cette phrase."
        ),
    )


def listing(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/mail/keeping.html",
        rows=[
            (one, box_words.standing(one.box, has_left=one.has_left))
            for one in queries.kept(request.town, at=request.at)
        ],
        proposed=len(lists.proposed(request.town, at=request.at)),
        disposals=disposals.listed(request),
    )


def change(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = boxes.box(request.town, mailbox_id)
    if box is None:
        raise Http404
    is_hold = "hold" in request.POST
    keep = KeepForm(
        request.POST if request.method == "POST" and not is_hold else None,
        initial={"months": box.retention_months},
    )
    hold = HoldForm(request.POST if is_hold else None)
    if keep.is_bound and keep.is_valid():
        months = keep.cleaned_data["months"]
        keeping.keep_for(request.town, box.pk, months, by=request.agent, at=request.at)
        say(request, gettext("La durée de conservation est enregistrée."))
        return go(request, "keeping")
    if hold.is_bound and hold.is_valid():
        try:
            keeping.hold(
                request.town,
                box.pk,
                reason=hold.cleaned_data["reason"],
                by=request.agent,
                at=request.at,
            )
        except words.KNOWN as fact:
            hold.add_error("reason", words.sentence(fact))
        else:
            say(request, gettext("La boîte est gelée\N{NO-BREAK SPACE}: rien n’y sera détruit."))
            return go(request, "keeping")
    return show(
        request,
        "backoffice/mail/keeping_box.html",
        box=box,
        keep=keep,
        hold=hold,
        usual=queries.USUAL_MONTHS[box.kind],
        may_be_exported=exports.may_be_exported(box),
        **copies.shown(request, box),
    )


def release(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    try:
        keeping.release(request.town, mailbox_id, by=request.agent, at=request.at)
        say(request, gettext("Le gel est levé."))
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "keeping")


def export(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    try:
        exports.ask(request.town, mailbox_id, by=request.agent, at=request.at)
        say(request, gettext("L’export est demandé. Vous pouvez quitter cette page."))
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
        return go(request, "keeping")
    return go(request, "keeping-box", mailbox_id)


def download(request: AgentRequest, box_export_id: int) -> HttpResponseBase:
    try:
        row, file = exports.take(request.town, box_export_id, by=request.agent, at=request.at)
    except NoSuchThing:
        raise Http404 from None
    except ExportGone as gone:
        warn(request, gettext("Ce fichier n’est plus là. Demandez un nouvel export."))
        return go(request, "keeping-box", gone.args[0])
    return copies.answer(row, file)


_ONE = "courrier/conservation/<int:mailbox_id>/"
PAGES: list[URLPattern] = [
    page(
        "courrier/conservation/",
        listing,
        Permission.MAIL_READ,
        name="keeping",
        tab=_("Conservation"),
    ),
    page(_ONE, change, Permission.MAIL_WRITE, name="keeping-box", methods=("GET", "POST")),
    page(
        f"{_ONE}lever/", release, Permission.MAIL_WRITE, name="keeping-release", methods=("POST",)
    ),
    page(
        f"{_ONE}exporter/", export, Permission.MAIL_WRITE, name="keeping-export", methods=("POST",)
    ),
    page(
        "courrier/exports/<int:box_export_id>.zip",
        download,
        Permission.MAIL_WRITE,
        name="keeping-download",
    ),
]
