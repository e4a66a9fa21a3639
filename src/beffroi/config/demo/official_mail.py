"""The demonstration town's own mail: a domain, boxes, two commissions, somebody who has left, an old address, a hand-over in preparation."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from beffroi.config.demo import mail_reports
from beffroi.gateways.old_box import Security
from beffroi.mailhosting.models import (
    Departure,
    Domain,
    Mailbox,
    NotCopied,
    OldAddress,
    OldFolder,
)
from beffroi.mailhosting.services import (
    aliases,
    boxes,
    checking,
    disposals,
    domains,
    handovers,
    passwords,
    publishing,
    roster,
)
from beffroi.mailhosting.services.aliases import Targets
from beffroi.mailhosting.services.boxes import NewBox
from beffroi.mailhosting.services.facts import NotYourZone
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import Fetching
from beffroi.towns.models import Agent, Town

NAME, ELSEWHERE = "arcachon.example", "ville-arcachon.example"
SHOWN = f"maire@{NAME}"
"""The box that a visitor is told to open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    local_part: str
    display_name: str
    kind: str = Mailbox.Kind.PERSON
    holder: str = ""
    """A key of people.PARTS."""


BOXES = (
    Box(local_part="maire", display_name="Camille Dubourg, maire"),
    Box(local_part="s.lafitte", display_name="Serge Lafitte, adjoint à l’urbanisme"),
    Box(local_part="m.castera", display_name="Maïté Castéra, adjointe à la culture"),
    Box(local_part="o.garnier", display_name="Odile Garnier", holder="accueil"),
    Box(local_part="n.perrin", display_name="Nadia Perrin", holder="direction"),
    Box(local_part="j.darrieu", display_name="Jean Darrieu, ancien adjoint"),
    Box(local_part="g.vidal", display_name="Gilles Vidal, ancien conseiller"),
    Box(local_part="r.ducasse", display_name="Rose Ducasse, ancienne conseillère"),
    Box(local_part="accueil", display_name="Accueil de la mairie", kind=Mailbox.Kind.FUNCTION),
    Box(local_part="secretariat", display_name="Secrétariat général", kind=Mailbox.Kind.FUNCTION),
    Box(local_part="urbanisme", display_name="Commission Urbanisme", kind=Mailbox.Kind.COMMISSION),
    Box(local_part="culture", display_name="Commission Culture", kind=Mailbox.Kind.COMMISSION),
)
ROSTERS = {
    "accueil": ("o.garnier", "n.perrin"),
    "secretariat": ("n.perrin",),
    "urbanisme": ("maire", "s.lafitte", "n.perrin"),
    "culture": ("maire", "m.castera"),
}
LEFT = timedelta(days=40)
ARCHIVED = timedelta(days=180)
ARCHIVED_SOON = timedelta(days=5)
"""After the past begins: long enough ago that its retention has ended."""
OLD_ADDRESS = "mairie.arcachon@fournisseur.example"
OLD_FETCHED = timedelta(days=183)
OLD_FOLDERS = (
    ("INBOX", 1842, ()),
    ("Délibérations", 214, (87, 88)),
    ("Envoyés", 655, ()),
)
"""Letters, and the numbers of those that the old host could not give."""
HANDED_OVER = timedelta(days=21)


def settle(town: Town, agents: dict[str, Agent], *, word: str, at: datetime, now: datetime) -> None:
    """All of it as a town has it after a year; `word` opens every person's box."""
    by = agents["direction"]
    domain = domains.choose(town, NAME, by=by, at=at)
    _publish(town, domain, by=by, now=now)
    mail_reports.bring(domain, now=now)
    for state in (Domain.State.PUBLISHED, Domain.State.WORKING):  # whatever the DNS says here
        domains.move(town, domain.pk, state, by=by, at=at)
    made = {one.local_part: _box(town, domain, one, agents, at=at) for one in BOXES}
    for one in BOXES:
        if one.kind == Mailbox.Kind.PERSON:
            passwords.set_password(town, made[one.local_part].pk, word, by=None, at=at)
    for shared, people in ROSTERS.items():
        for person in people:
            roster.add(town, made[shared].pk, made[person].pk, by=by, at=at)
    for name in ("g.vidal", "r.ducasse"):
        boxes.move(town, made[name].pk, Mailbox.State.ARCHIVED, by=by, at=at + ARCHIVED_SOON)
    over = [made["r.ducasse"].pk]
    disposals.prepare(town, over, reason="Durée d’utilité administrative échue", by=by, at=now)
    former = made["j.darrieu"]
    member = roster.add(town, made["urbanisme"].pk, former.pk, by=by, at=at)
    left_at = _midnight(now - LEFT)
    roster.end(town, member.pk, by=by, at=left_at)
    _names(town, domain, made, by=by, at=at)
    Departure.objects.create_in(
        town,
        mailbox=former,
        leaves_at=left_at,
        subject="Départ de la mairie",
        text="Jean Darrieu n’est plus adjoint. Votre message est transmis à Serge Lafitte, son successeur.",
        successor=made["s.lafitte"],
        custodian=made["n.perrin"],
        archive_at=_midnight(now + ARCHIVED),
        decided_by=by,
        decided_at=left_at - timedelta(days=9),
    )
    _remember_old_address(town, made["accueil"], by=by, at=at)
    _prepare_hand_over(town, made, by=by, now=now)


def _remember_old_address(town: Town, box: Mailbox, *, by: Agent, at: datetime) -> None:
    """Fetched for half a year, and over: its password is erased, its report stays."""
    ended_at = at + OLD_FETCHED
    row = OldAddress.objects.create_in(
        town,
        mailbox=box,
        email=OLD_ADDRESS,
        host="imap.fournisseur.example",
        port=993,
        security=Security.TLS.value,
        fetch_until=ended_at,
        state=Fetching.ENDED,
        made_by=by,
        made_at=at,
        fetched_at=ended_at,
        ended_at=ended_at,
    )
    for name, total, lost in OLD_FOLDERS:
        folder = OldFolder.objects.create_in(
            town,
            of=row,
            name=name,
            total=total,
            copied=total - len(lost),
            by_letter=bool(lost),
            done_at=ended_at,
        )
        for uid in lost:
            NotCopied.objects.create_in(town, folder=folder, uid=uid, seen_at=ended_at)


def _prepare_hand_over(town: Town, made: dict[str, Mailbox], *, by: Agent, now: datetime) -> None:
    """After the mayor has resigned: looked at as often as one likes, and not decided."""
    day = _midnight(now + HANDED_OVER)
    plan = handovers.Plan(
        takes_place_at=day,
        archive_at=_midnight(day + ARCHIVED),
        outgoing_mayor="Camille Dubourg",
        incoming_mayor="Hélène Marsan",
        answer=Text(
            subject="Fin de mandat",
            text=f"Ce mandat est terminé. La mairie vous répond à l’adresse accueil@{NAME}.",
        ),
        outgoing_ids=[made["maire"].pk, made["m.castera"].pk],
        custodian_id=made["n.perrin"].pk,
        seats={made["culture"].pk: [made["s.lafitte"].pk, made["n.perrin"].pk]},
    )
    handovers.prepare(town, plan, by=by, at=now)


def _midnight(at: datetime) -> datetime:
    """Departures hold from the start of a day, as the pages make them."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _publish(town: Town, domain: Domain, *, by: Agent, now: datetime) -> None:
    """Into the demonstration's own DNS, where there is one; a second name shows what one finds elsewhere."""
    if settings.DNS_UPDATE_SERVER is None:
        return
    with suppress(NotYourZone):
        publishing.publish_here(town, domain.pk, by=by, at=now)
    other = domains.choose(town, ELSEWHERE, by=by, at=now)
    checking.check(town, other.pk, at=now)


def _box(
    town: Town, domain: Domain, one: Box, agents: dict[str, Agent], *, at: datetime
) -> Mailbox:
    wanted = NewBox(
        domain_id=domain.pk,
        local_part=one.local_part,
        kind=Mailbox.Kind(one.kind),
        display_name=one.display_name,
        holder_id=agents[one.holder].pk if one.holder else None,
    )
    return boxes.create(town, wanted, by=agents["direction"], at=at)


def _names(
    town: Town, domain: Domain, made: dict[str, Mailbox], *, by: Agent, at: datetime
) -> None:
    """Two aliases that every domain owes the world, one that people guess, and a list."""
    for name, ids in (
        ("mairie", [made["accueil"].pk]),
        ("postmaster", [made["secretariat"].pk]),
        ("abuse", [made["secretariat"].pk]),
        ("elus", [made[name].pk for name in ("maire", "s.lafitte", "m.castera")]),
    ):
        aliases.create(town, domain.pk, name, Targets(mailbox_ids=ids), by=by, at=at)
