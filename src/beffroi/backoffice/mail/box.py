"""One box: what it is, who reads it, and what can be done with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, address, go, page, say, show, warn
from beffroi.backoffice.mail import days, letters, words
from beffroi.backoffice.mail.forms import ChangeForm, LinkForm, RenameForm
from beffroi.backoffice.mail.found import box_or_404
from beffroi.backoffice.mail.new_box import taken
from beffroi.kit.contacts import NotAnAddress
from beffroi.mailhosting.queries import (
    allowances,
    away,
    boxes as queries,
    departures,
    links,
    names,
    usage,
)
from beffroi.mailhosting.services import boxes, passwords
from beffroi.mailhosting.services.facts import AllowanceExceeded, NameTaken, NotNow
from beffroi.mailhosting.words import BoxKind, BoxState
from beffroi.towns import queries as towns
from beffroi.towns.journal import Kind
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox

LINES = 12


def one(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = box_or_404(request, mailbox_id)
    town, is_shared = request.town, box.kind != BoxKind.PERSON
    has_left = box.pk in departures.left(town, at=request.at)
    return show(
        request,
        "backoffice/mail/box.html",
        box=box,
        standing=words.standing(box, has_left=has_left),
        room=words.filled(usage.sizes(town).get(box.pk), box.quota_mib),
        is_shared=is_shared,
        is_live=words.is_live(box.address.domain.state),
        is_active=box.state == BoxState.ACTIVE and not has_left,
        is_suspended=box.state == BoxState.SUSPENDED,
        names=list(queries.names_of(town, box.pk)),
        roster=list(queries.roster(town, box.pk, at=request.at)) if is_shared else [],
        past=[
            (member, days.last_day(member.until))
            for member in queries.history(town, box.pk)
            if member.until is not None and member.until <= request.at
        ]
        if is_shared
        else [],
        commissions=list(queries.commissions_of(town, box.pk, at=request.at)),
        absence=away.absence(town, box.pk, at=request.at),
        sent_on=away.redirect(town, box.pk, at=request.at),
        devices=queries.app_passwords(town, box.pk).count(),
        waiting=links.waiting_link(town, box.pk, at=request.at),
        is_invited=box.holder is not None and not box.holder.has_usable_password(),
        link_form=LinkForm(),
        facts=[
            (Kind(line.kind).label, _about(line.detail, box), line)
            for line in towns.facts_about(town, "mailbox", box.pk)[:LINES]
        ],
    )


def _about(detail: str, box: "Mailbox") -> str:
    """What the journal says of the box, on a page that bears its name already."""
    return detail.removeprefix(box.display_name).lstrip("\N{NO-BREAK SPACE}: ")


def change(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = box_or_404(request, mailbox_id)
    initial = {
        "display_name": box.display_name,
        "holder": box.holder_id,
        "quota_mib": box.quota_mib,
    }
    form = ChangeForm(
        request.POST or None, town=request.town, quota_mib=box.quota_mib, initial=initial
    )
    if box.kind == BoxKind.COMMISSION:
        del form.fields["holder"]
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            boxes.change(
                request.town,
                box.pk,
                display_name=said["display_name"],
                holder_id=said.get("holder"),
                quota_mib=said["quota_mib"],
                by=request.agent,
                at=request.at,
            )
        except AllowanceExceeded:
            form.add_error("quota_mib", words.too_much(allowances.use_of(request.town)))
        else:
            say(request, gettext("La boîte est modifiée."))
            return go(request, "box", box.pk)
    return show(request, "backoffice/mail/box_change.html", form=form, box=box)


def rename(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = box_or_404(request, mailbox_id)
    initial = {
        "local_part": box.address.local_part,
        "domain": box.address.domain_id,
        "keep_old": True,
    }
    form = RenameForm(request.POST or None, town=request.town, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            boxes.rename(
                request.town,
                box.pk,
                domain_id=said["domain"],
                local_part=said["local_part"],
                keep_old=said["keep_old"],
                by=request.agent,
                at=request.at,
            )
        except NameTaken:
            form.add_error(
                "local_part", taken(names.taken(request.town, said["domain"], said["local_part"]))
            )
        else:
            say(request, gettext("La boîte a sa nouvelle adresse. Son courrier n’a pas bougé."))
            return go(request, "box", box.pk)
    return show(request, "backoffice/mail/box_rename.html", form=form, box=box)


def suspend(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    said = gettext(
        "La boîte « %(name)s » est suspendue : elle reçoit, personne n’y entre ni n’en écrit."
    )
    return _move(request, mailbox_id, boxes.suspend, said, undo="box-restore")


def restore(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    said = gettext("La boîte « %(name)s » est de nouveau en service.")
    return _move(request, mailbox_id, boxes.restore, said, undo="box-suspend")


def _move(
    request: AgentRequest,
    mailbox_id: int,
    verb: "Callable[..., Mailbox]",
    said: str,
    *,
    undo: str,
) -> HttpResponse:
    box = box_or_404(request, mailbox_id)
    try:
        verb(request.town, box.pk, by=request.agent, at=request.at)
    except NotNow:
        warn(request, gettext("L’état de cette boîte ne le permet pas. Rien n’a été modifié."))
    else:
        say(
            request,
            said % {"name": box.display_name},
            undo=address(request, undo, mailbox_id=box.pk),
        )
    return go(request, "box", box.pk)


def new_link(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """Sent to an address, or shown once to be handed over."""
    box = box_or_404(request, mailbox_id)
    form = LinkForm(request.POST)
    to = form.cleaned_data["private_email"] if form.is_valid() else ""
    if form.errors:
        warn(request, gettext("Ce n’est pas une adresse e-mail. Aucun lien n’a été préparé."))
        return go(request, "box", box.pk)
    if not to:
        token = passwords.make_link(request.town, box.pk, by=request.agent, at=request.at)
        where = reverse("box-password", args=[request.town.slug, token])
        link = request.build_absolute_uri(where)
        response = show(request, "backoffice/mail/box_link.html", box=box, link=link)
        response.headers["Cache-Control"] = "no-store"
        return response
    try:
        letters.send_link(request.town, box, to, by=request.agent, at=request.at)
    except NotAnAddress:
        warn(request, gettext("Ce n’est pas une adresse e-mail. Aucun lien n’a été préparé."))
    else:
        say(
            request,
            gettext("Un lien vient de partir vers %(to)s. Les liens d’avant ne servent plus.")
            % {"to": to},
        )
    return go(request, "box", box.pk)


READ, WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE
FORM, POST = ("GET", "POST"), ("POST",)
BOX = "courrier/boites/<int:mailbox_id>/"

PAGES: list[URLPattern] = [
    page(BOX, one, READ, name="box"),
    page(f"{BOX}modifier/", change, WRITE, name="box-change", methods=FORM),
    page(f"{BOX}adresse/", rename, WRITE, name="box-rename", methods=FORM),
    page(f"{BOX}suspendre/", suspend, WRITE, name="box-suspend", methods=POST),
    page(f"{BOX}remettre/", restore, WRITE, name="box-restore", methods=POST),
    page(f"{BOX}lien/", new_link, WRITE, name="box-link", methods=POST),
]
