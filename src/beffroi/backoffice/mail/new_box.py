"""A box in one short form; its address is shown, and free or taken, while one types."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.mail import letters, words
from beffroi.backoffice.mail.forms import BoxForm
from beffroi.kit.contacts import NotAnAddress
from beffroi.mailhosting.names import NotALocalPart, canonical_local_part, suggested
from beffroi.mailhosting.queries import allowances, domains, names
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.services.boxes import USUAL_QUOTA_MIB, NewBox
from beffroi.mailhosting.services.facts import AllowanceExceeded, NameTaken
from beffroi.mailhosting.words import BoxKind
from beffroi.towns import queries as towns
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox

KINDS = {kind.value: kind for kind in BoxKind}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What can be said of an address that nobody has yet."""

    email: str = ""
    is_free: bool = False
    sentence: str = ""


def create(request: AgentRequest) -> HttpResponse:
    if not domains.domains(request.town).exists():
        return go(request, "domains")
    kind = request.GET.get("genre", BoxKind.PERSON.value)
    initial = {"kind": kind, "quota_mib": USUAL_QUOTA_MIB}
    form = BoxForm(request.POST or None, town=request.town, initial=initial)
    if request.method == "POST" and form.is_valid():
        box = _create(request, form)
        if box is not None:
            return go(request, "box" if box.kind == BoxKind.PERSON else "roster", box.pk)
    return show(
        request,
        "backoffice/mail/new_box.html",
        form=form,
        use=words.lent(allowances.use_of(request.town)),
        wish=wished(request),
    )


def check(request: AgentRequest) -> HttpResponse:
    """The address that the form would make, for htmx."""
    return show(request, "backoffice/mail/parts/wish.html", wish=wished(request))


def wished(request: AgentRequest) -> Wish:
    said = request.GET
    name, number = said.get("display_name", "")[:120], said.get("domain", "")
    local = said.get("local_part", "").strip()[:64]
    is_person = said.get("kind", BoxKind.PERSON) == BoxKind.PERSON
    local = local or suggested(name, of_person=is_person)
    domain = domains.domain(request.town, int(number)) if number.isdecimal() else None
    if not local or domain is None:
        return Wish()
    try:
        local = canonical_local_part(local)
    except NotALocalPart:
        return Wish(
            email=f"{local}@{domain.name}",
            sentence=gettext("Des lettres sans accent, des chiffres, un point ou un tiret."),
        )
    holder = names.taken(request.town, domain.pk, local)
    if holder is None:
        return Wish(email=f"{local}@{domain.name}", is_free=True, sentence=gettext("Libre"))
    return Wish(email=holder.email, sentence=taken(holder))


def taken(holder: object) -> str:
    """By what an address is used already."""
    box = getattr(holder, "mailbox", None)
    if box is None:
        return gettext("Déjà prise par une adresse qui mène ailleurs.")
    return gettext("Déjà prise par la boîte « %(name)s ».") % {"name": box.display_name}


def _create(request: AgentRequest, form: BoxForm) -> "Mailbox | None":
    said = form.cleaned_data
    wanted = NewBox(
        domain_id=said["domain"],
        local_part=said["local_part"],
        kind=KINDS[said["kind"]],
        display_name=said["display_name"],
        holder_id=said["holder"],
        quota_mib=said["quota_mib"],
    )
    try:
        box = boxes.create(request.town, wanted, by=request.agent, at=request.at)
    except NameTaken:
        holder = names.taken(request.town, said["domain"], said["local_part"])
        form.add_error("local_part", taken(holder))
        return None
    except AllowanceExceeded:
        form.add_error(None, words.too_much(allowances.use_of(request.town)))
        return None
    _say(request, box, told=_send_link(request, box, said["private_email"]))
    return box


def _send_link(request: AgentRequest, box: "Mailbox", typed: str) -> str:
    """To whom the link went; empty when there is nobody to send it to."""
    member = towns.member(request.town, box.holder_id) if box.holder_id else None
    to = typed or (member.agent.email if member else "")
    if not to:
        return ""
    try:
        letters.send_link(request.town, box, to, by=request.agent, at=request.at)
    except NotAnAddress:
        warn(request, gettext("Le lien n’a pas pu partir vers %(to)s.") % {"to": to})
        return ""
    return to


def _say(request: AgentRequest, box: "Mailbox", *, told: str) -> None:
    made = (
        gettext("%(address)s est créée et reçoit dès maintenant.")
        if words.is_live(box.address.domain.state)
        else gettext("%(address)s est créée ; elle recevra dès que son domaine sera relié.")
    ) % {"address": box.address.email}
    sent = gettext("Un lien vient de partir vers %(to)s.") % {"to": told} if told else ""
    say(request, f"{made} {sent}".strip())


PAGES: list[URLPattern] = [
    page(
        "courrier/boites/nouvelle/",
        create,
        Permission.MAIL_WRITE,
        name="box-new",
        methods=("GET", "POST"),
    ),
    page("courrier/boites/libre/", check, Permission.MAIL_WRITE, name="box-check"),
]
