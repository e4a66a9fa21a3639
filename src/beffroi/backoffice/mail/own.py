"""Mon courrier: what the holder of a box settles alone."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show
from beffroi.backoffice.mail import copies, days, devices
from beffroi.backoffice.mail.found import own_or_404
from beffroi.mailhosting.queries import app_passwords, away, boxes, departures
from beffroi.mailhosting.services import exports, passwords
from beffroi.mailhosting.services.facts import NoSuchThing
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox


class DeviceForm(forms.Form):
    label = forms.CharField(
        label=_("Quel appareil, quel logiciel"),
        max_length=60,
        help_text=_("Par exemple : téléphone, Thunderbird du bureau."),
    )


def mine(request: AgentRequest) -> HttpResponse:
    found = list(boxes.boxes_of(request.town, request.agent))
    if not found:
        return show(request, "backoffice/mail/no_box.html", kept=_kept(request))
    return go(request, "my-box", found[0].pk)


def _kept(request: AgentRequest) -> int:
    """How many boxes of people who left are in this agent's care."""
    return departures.in_care_of(request.town, request.agent).count()


def one(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = own_or_404(request, mailbox_id)
    return _page(request, box, DeviceForm())


def add_device(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """The password is shown by this answer and never again."""
    box = own_or_404(request, mailbox_id)
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, box, form)
    label = form.cleaned_data["label"]
    secret = passwords.add_app_password(
        request.town, box.pk, label, by=request.agent, at=request.at
    )
    response = show(
        request,
        "backoffice/mail/device.html",
        box=box,
        label=label,
        secret=secret,
        device=devices.settings_of(box.address.email, name=box.display_name),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def drop_device(request: AgentRequest, app_password_id: int) -> HttpResponse:
    """By the holder, or by whoever looks after the town's mail."""
    may_any = request.rights.may(Permission.MAIL_WRITE)
    holder = None if may_any else request.agent
    row = app_passwords.app_password(request.town, app_password_id, holder=holder)
    if row is None:
        return go(request, "my-mail")
    try:
        passwords.revoke_app_password(request.town, row.pk, by=request.agent, at=request.at)
    except NoSuchThing:
        return go(request, "my-mail")
    said = gettext("« %(label)s » n’entre plus dans la boîte.")
    say(request, said % {"label": row.label})
    is_own = row.mailbox.holder_id == request.agent.pk
    return go(request, "my-box" if is_own else "box", row.mailbox_id)


def new_password(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """A link that the holder uses at once."""
    box = own_or_404(request, mailbox_id)
    token = passwords.make_link(request.town, box.pk, by=request.agent, at=request.at)
    return redirect("box-password", request.town.slug, token)


def _page(request: AgentRequest, box: "Mailbox", form: DeviceForm) -> HttpResponse:
    absence = away.absence(request.town, box.pk, at=request.at)
    sent_on = away.redirect(request.town, box.pk, at=request.at)
    return show(
        request,
        "backoffice/mail/my_box.html",
        box=box,
        others=[each for each in boxes.boxes_of(request.town, request.agent) if each.pk != box.pk],
        commissions=list(boxes.commissions_of(request.town, box.pk, at=request.at)),
        absence=absence,
        absence_last=days.last_day(absence.until) if absence else None,
        is_absent=absence is not None and absence.since <= request.at,
        sent_on=sent_on,
        sent_on_last=days.last_day(sent_on.until) if sent_on else None,
        passwords=list(boxes.app_passwords(request.town, box.pk)),
        kept=_kept(request),
        form=form,
        may_export=exports.is_in_service(box, at=request.at),
        **copies.shown(request, box),
        device=devices.settings_of(box.address.email, name=box.display_name),
    )


HOME = Permission.HOME
MINE = "courrier/moi/<int:mailbox_id>/"
POST = ("POST",)

PAGES: list[URLPattern] = [
    page("courrier/moi/", mine, HOME, name="my-mail"),
    page(MINE, one, HOME, name="my-box"),
    page(f"{MINE}appareils/", add_device, HOME, name="device-new", methods=POST),
    page(f"{MINE}mot-de-passe/", new_password, HOME, name="my-password", methods=POST),
    page(
        "courrier/appareils/<int:app_password_id>/retirer/",
        drop_device,
        HOME,
        name="device-drop",
        methods=POST,
    ),
]
