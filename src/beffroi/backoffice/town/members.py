"""The agents of the town and what each may do."""

from typing import TYPE_CHECKING

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from beffroi.backoffice.accounts import mail
from beffroi.backoffice.doors import AgentRequest, address, go, say, show, warn
from beffroi.backoffice.town.forms import InviteForm, RolesForm
from beffroi.backoffice.town.matrix import MATRIX
from beffroi.mailhosting.queries import boxes as boxes_read
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.words import BoxKind
from beffroi.towns import queries, services
from beffroi.towns.permissions import Permission, Role

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox
    from beffroi.towns.models import Agent, Membership

_UNDO = "beffroi.member-restore"
_UNDO_LIFE_S = 3600


def listing(request: AgentRequest) -> HttpResponse:
    found = [
        {
            "agent": member.agent,
            "service": member.service,
            "roles": [Role(role).label for role in member.roles],
            "is_waiting": not member.agent.has_usable_password(),
        }
        for member in queries.members(request.town)
    ]
    return show(
        request, "backoffice/town/members.html", members=found, matrix=MATRIX, roles=list(Role)
    )


def invite(request: AgentRequest) -> HttpResponse:
    box = _box(request)
    initial = {"full_name": box.display_name} if box else {}
    form = InviteForm(request.POST or None, town=request.town, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            agent = _invite(request, form)
        except services.AlreadyMember:
            form.add_error("email", gettext("Cette personne fait déjà partie de la collectivité."))
        else:
            name = form.cleaned_data["full_name"]
            waiting = not agent.has_usable_password()
            said = (
                gettext("Une invitation vient de partir vers %(name)s.")
                if waiting
                else gettext("%(name)s avait déjà un compte et entre désormais ici aussi.")
            )
            say(request, said % {"name": name})
            if box:
                _hold(request, box, agent)
                return go(request, "box", box.pk)
            return go(request, "members")
    return show(
        request, "backoffice/town/invite.html", form=form, box=box, matrix=MATRIX, roles=list(Role)
    )


def _box(request: AgentRequest) -> "Mailbox | None":
    """The one that the person invited will hold, when the page was opened from it."""
    number = request.GET.get("boite", "")
    if not number.isdecimal() or not request.rights.may(Permission.MAIL_WRITE):
        return None
    box = boxes_read.box(request.town, int(number))
    return box if box and box.holder_id is None and box.kind == BoxKind.PERSON else None


def _hold(request: AgentRequest, box: "Mailbox", agent: "Agent") -> None:
    boxes.change(
        request.town,
        box.pk,
        display_name=box.display_name,
        holder_id=agent.pk,
        quota_mib=box.quota_mib,
        by=request.agent,
        at=request.at,
    )


def _invite(request: AgentRequest, form: InviteForm) -> "Agent":
    email, name = form.cleaned_data["email"], form.cleaned_data["full_name"]
    agent = queries.agent_by_email(email) or services.create_agent(
        email=email, full_name=name, at=request.at
    )
    service = queries.service(request.town, form.service_id) if form.service_id else None
    services.add_member(
        request.town, agent, roles=form.chosen, service=service, by=request.agent, at=request.at
    )
    if not agent.has_usable_password():
        mail.send_invitation(request.town, agent, by=request.agent.full_name, at=request.at)
    return agent


def _member(request: AgentRequest, agent_id: int) -> "Membership":
    member = queries.member(request.town, agent_id)
    if member is None:
        raise Http404
    return member


def change(request: AgentRequest, agent_id: int) -> HttpResponse:
    member = _member(request, agent_id)
    initial = {"roles": member.roles, "service": str(member.service_id or "")}
    form = RolesForm(request.POST or None, town=request.town, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member(
                request.town,
                agent_id,
                roles=form.chosen,
                service_id=form.service_id,
                by=request.agent,
                at=request.at,
            )
        except services.LastAdministrator:
            form.add_error("roles", _last_administrator())
        else:
            say(request, gettext("Les droits de %(name)s sont modifiés.") % {"name": member.agent})
            return go(request, "members")
    return show(
        request,
        "backoffice/town/member.html",
        form=form,
        member=member,
        matrix=MATRIX,
        roles=list(Role),
        is_waiting=not member.agent.has_usable_password(),
    )


def remove(request: AgentRequest, agent_id: int) -> HttpResponse:
    member = _member(request, agent_id)
    before = signing.dumps([request.town.pk, agent_id, member.roles, member.service_id], salt=_UNDO)
    try:
        services.remove_member(request.town, agent_id, by=request.agent, at=request.at)
    except services.LastAdministrator:
        warn(request, _last_administrator())
        return go(request, "member", agent_id)
    undo = f"{address(request, 'member-restore', agent_id)}?avant={before}"
    said = gettext("%(name)s n’entre plus ici. Ce que cette personne a écrit reste.")
    say(request, said % {"name": member.agent}, undo=undo)
    if agent_id == request.agent.pk:
        return redirect("backoffice:my-towns")
    return go(request, "members")


def restore(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Undoes a removal, within the hour and by whoever holds the button."""
    try:
        town_id, removed_id, roles, service_id = signing.loads(
            request.GET.get("avant", ""), salt=_UNDO, max_age=_UNDO_LIFE_S
        )
    except signing.BadSignature:
        raise Http404 from None
    agent = queries.agent(agent_id)
    if agent is None or (town_id, removed_id) != (request.town.pk, agent_id):
        raise Http404
    service = queries.service(request.town, service_id) if service_id else None
    chosen = [Role(role) for role in roles]
    try:
        services.add_member(
            request.town, agent, roles=chosen, service=service, by=request.agent, at=request.at
        )
    except services.AlreadyMember:
        warn(request, gettext("Cette personne fait déjà de nouveau partie de la collectivité."))
    else:
        say(request, gettext("%(name)s retrouve ses droits.") % {"name": agent})
    return go(request, "members")


def invite_again(request: AgentRequest, agent_id: int) -> HttpResponse:
    member = _member(request, agent_id)
    if member.agent.has_usable_password():
        warn(
            request, gettext("Cette personne a déjà choisi son mot de passe. Rien n’a été envoyé.")
        )
    else:
        mail.send_invitation(request.town, member.agent, by=request.agent.full_name, at=request.at)
        say(
            request,
            gettext("L’invitation vient de repartir vers %(name)s.") % {"name": member.agent},
        )
    return go(request, "member", agent_id)


def _last_administrator() -> str:
    return gettext(
        "C’est le dernier administrateur : une collectivité en garde toujours un."
        " Nommez-en un autre d’abord."
    )
