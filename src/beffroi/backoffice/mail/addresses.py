"""Addresses that have no box: an alias leads to one box, a list to several."""

from typing import TYPE_CHECKING

from django.core import signing
from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, address, go, page, say, show, warn
from beffroi.backoffice.mail.forms import AliasForm
from beffroi.backoffice.mail.found import alias_or_404
from beffroi.backoffice.mail.new_box import taken
from beffroi.kit.contacts import NotAnAddress
from beffroi.mailhosting.queries import boxes as queries, domains, names
from beffroi.mailhosting.services import aliases
from beffroi.mailhosting.services.aliases import Targets
from beffroi.mailhosting.services.facts import NameTaken, NoSuchThing, NoTarget
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Address

_UNDO = "beffroi.mail-alias"
_UNDO_LIFE_S = 3600


def listing(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/mail/addresses.html",
        aliases=list(queries.aliases(request.town)),
        domains=domains.domains(request.town),
    )


def add(request: AgentRequest) -> HttpResponse:
    """With ?boite=12, to that box."""
    town = request.town
    if not domains.domains(town).exists():
        return go(request, "domains")
    number = request.GET.get("boite", "")
    initial = {"boxes": [int(number)] if number.isdecimal() and len(number) < 18 else []}
    form = AliasForm(request.POST or None, town=town, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = aliases.create(
                town,
                said["domain"],
                said["local_part"],
                _targets(form),
                by=request.agent,
                at=request.at,
            )
        except NameTaken:
            form.add_error(
                "local_part", taken(names.taken(town, said["domain"], said["local_part"]))
            )
        except NotAnAddress:
            form.add_error("outside", gettext("L’une de ces adresses n’existe pas."))
        else:
            say(request, gettext("%(address)s est prête.") % {"address": made.email})
            return go(request, "addresses")
    return show(request, "backoffice/mail/address.html", form=form, alias=None)


def change(request: AgentRequest, address_id: int) -> HttpResponse:
    alias = alias_or_404(request, address_id)
    before = _targets_of(alias)
    initial = {
        "local_part": alias.local_part,
        "domain": alias.domain_id,
        "boxes": before.mailbox_ids,
        "outside": "\n".join(before.outside),
    }
    form = AliasForm(request.POST or None, town=request.town, initial=initial)
    del form.fields["local_part"], form.fields["domain"]
    if request.method == "POST" and form.is_valid():
        try:
            aliases.aim(request.town, alias.pk, _targets(form), by=request.agent, at=request.at)
        except NotAnAddress:
            form.add_error("outside", gettext("L’une de ces adresses n’existe pas."))
        else:
            say(request, gettext("%(address)s est modifiée.") % {"address": alias.email})
            return go(request, "addresses")
    return show(request, "backoffice/mail/address.html", form=form, alias=alias)


def remove(request: AgentRequest, address_id: int) -> HttpResponse:
    alias = alias_or_404(request, address_id)
    kept = _targets_of(alias)
    before = signing.dumps(
        [request.town.pk, alias.domain_id, alias.local_part, kept.mailbox_ids, kept.outside],
        salt=_UNDO,
    )
    aliases.remove(request.town, alias.pk, by=request.agent, at=request.at)
    said = gettext("%(address)s est retirée : le courrier qui lui est écrit sera refusé.")
    undo = f"{address(request, 'address-restore')}?avant={before}"
    say(request, said % {"address": alias.email}, undo=undo)
    return go(request, "addresses")


def restore(request: AgentRequest) -> HttpResponse:
    """Undoes a removal, within the hour and by whoever holds the button."""
    try:
        town_id, domain_id, local_part, mailbox_ids, outside = signing.loads(
            request.GET.get("avant", ""), salt=_UNDO, max_age=_UNDO_LIFE_S
        )
    except signing.BadSignature:
        raise Http404 from None
    if town_id != request.town.pk:
        raise Http404
    targets = Targets(mailbox_ids=mailbox_ids, outside=outside)
    try:
        made = aliases.create(
            request.town, domain_id, local_part, targets, by=request.agent, at=request.at
        )
    except (NameTaken, NoSuchThing, NoTarget):
        warn(request, gettext("Cette adresse a changé depuis. Rien n’a été modifié."))
    else:
        say(request, gettext("%(address)s est de nouveau là.") % {"address": made.email})
    return go(request, "addresses")


def _targets(form: AliasForm) -> Targets:
    said = form.cleaned_data
    return Targets(mailbox_ids=said["boxes"], outside=said["outside"])


def _targets_of(alias: "Address") -> Targets:
    rows = alias.targets.all()
    return Targets(
        mailbox_ids=[row.mailbox_id for row in rows if row.mailbox_id is not None],
        outside=[row.outside for row in rows if row.outside],
    )


READ, WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE
FORM, POST = ("GET", "POST"), ("POST",)
ALIAS = "courrier/adresses/<int:address_id>/"

PAGES: list[URLPattern] = [
    page("courrier/adresses/", listing, READ, name="addresses", tab=_("Adresses")),
    page("courrier/adresses/nouvelle/", add, WRITE, name="address-new", methods=FORM),
    page("courrier/adresses/remettre/", restore, WRITE, name="address-restore", methods=POST),
    page(ALIAS, change, WRITE, name="address", methods=FORM),
    page(f"{ALIAS}retirer/", remove, WRITE, name="address-remove", methods=POST),
]
