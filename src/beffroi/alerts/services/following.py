"""A publication comes in: what it changed for the town, and what the town's rules make of it. Once for each."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts import bulletins
from beffroi.alerts.bulletins import Bulletin
from beffroi.alerts.models import Alert, AlertMessage, Drill, Followed, SeenPublication
from beffroi.alerts.queries import settings as settled
from beffroi.alerts.services import drafting, standing
from beffroi.alerts.services.dropping import drop_prepared, was_told
from beffroi.alerts.services.facts import CannotLeave
from beffroi.alerts.services.leaving import leave, note
from beffroi.alerts.services.ringing import ring
from beffroi.alerts.texts import filled, read
from beffroi.alerts.words import (
    Action,
    AlertKind,
    Basis,
    ColourChoice,
    MessageKind,
    MessageState,
    PhenomenonChoice,
)
from beffroi.delivery.words import Lane
from beffroi.kit.vigilance import (
    Change,
    Colour,
    Level,
    Phenomenon,
    changes,
    domains_of,
    levels,
)
from beffroi.towns import journal
from beffroi.towns.models import Town
from beffroi.towns.services import take_turn

log = logging.getLogger(__name__)
STORM_DOMAINS = domains_of("33", with_coast=True)
"""Where the shipped storm strikes, whichever town plays it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What all reactions to one publication share."""

    bulletin: Bulletin
    domains: tuple[str, ...]
    drill: Drill | None


@transaction.atomic
def follow(
    town: Town, bulletin: Bulletin, *, at: datetime, drill: Drill | None = None
) -> tuple[Change, ...]:
    """What changed. The same publication again, or an older one, changes nothing; all happens or nothing does."""
    take_turn(town)
    seen = _seen(town, bulletin, drill, at=at)
    if seen is None:
        return ()
    domains = _domains(town, drill)
    after = levels(bulletin.publication.map, domains)
    found = changes(_known(town, drill), after)
    if drill is None and (after or found):
        _remember(seen, bulletin, domains, after)
    _keep(town, drill, after, updated_at=bulletin.publication.map.updated_at)
    for change in found:
        _react(town, change, Scene(bulletin=bulletin, domains=domains, drill=drill), at=at)
    return found


def _domains(town: Town, drill: Drill | None) -> tuple[str, ...]:
    if drill is not None and drill.day is None:
        return STORM_DOMAINS
    return domains_of(town.department_code, with_coast=settled.watching(town).with_coast)


def _seen(
    town: Town, bulletin: Bulletin, drill: Drill | None, *, at: datetime
) -> SeenPublication | None:
    """None when it is no news."""
    seen = SeenPublication.objects.of(town).filter(drill=drill)
    if seen.filter(digest=bulletin.digest).exists():
        return None
    updated_at = bulletin.publication.map.updated_at
    latest = seen.order_by("-updated_at").first()
    row = SeenPublication.objects.create_in(
        town, drill=drill, digest=bulletin.digest, updated_at=updated_at, seen_at=at
    )
    return row if latest is None or updated_at >= latest.updated_at else None


def _remember(
    seen: SeenPublication,
    bulletin: Bulletin,
    domains: tuple[str, ...],
    after: dict[Phenomenon, Level],
) -> None:
    """For an exercise that plays the day again."""
    kept = bulletins.extract(bulletin.raw, domains)
    seen.colour = max((level.colour for level in after.values()), default=Colour.GREEN)
    seen.map, seen.texts = kept.map.decode(), (kept.texts or b"").decode()
    seen.save(update_fields=["colour", "map", "texts"])


def _known(town: Town, drill: Drill | None) -> dict[Phenomenon, Level]:
    return {
        Phenomenon(row.phenomenon): Level(
            phenomenon=Phenomenon(row.phenomenon),
            colour=Colour(row.colour),
            begin=row.begin,
            end=row.end,
        )
        for row in Followed.objects.of(town).filter(drill=drill)
    }


def _keep(
    town: Town, drill: Drill | None, after: dict[Phenomenon, Level], *, updated_at: datetime
) -> None:
    rows = Followed.objects.of(town).filter(drill=drill)
    rows.delete()
    Followed.objects.bulk_create_in(
        town,
        [
            Followed(
                town=town,
                drill=drill,
                phenomenon=level.phenomenon,
                colour=level.colour,
                begin=level.begin,
                end=level.end,
                updated_at=updated_at,
            )
            for level in after.values()
        ],
    )


def _react(town: Town, change: Change, scene: Scene, *, at: datetime) -> None:
    alert = _open_alert(town, change.phenomenon, scene.drill)
    reached, action = _course(town, change, is_open=alert is not None)
    if reached is ColourChoice.GREEN:
        if alert is not None:
            _close(alert, action, change, scene, at=at)
    elif action is not Action.IGNORE:
        _go_on(alert or _open(town, change, scene, at=at), reached, action, change, scene, at=at)


def _course(town: Town, change: Change, *, is_open: bool) -> tuple[ColourChoice, Action]:
    """The colour to act on and what the town wants done about it.

    What residents were told of is over as soon as the town has nothing more to say of it: green.
    """
    phenomenon = PhenomenonChoice(change.phenomenon)
    reached = ColourChoice(change.after.colour) if change.after else ColourChoice.GREEN
    action = settled.action(town, phenomenon, reached)
    if is_open and action is Action.IGNORE:
        reached = ColourChoice.GREEN
        action = settled.action(town, phenomenon, reached)
    return reached, action


def _open_alert(town: Town, phenomenon: Phenomenon, drill: Drill | None) -> Alert | None:
    rows = Alert.objects.of(town).filter(
        kind=AlertKind.VIGILANCE, drill=drill, phenomenon=phenomenon, ended_at=None
    )
    return rows.first()


def _open(town: Town, change: Change, scene: Scene, *, at: datetime) -> Alert:
    alert = Alert.objects.create_in(
        town,
        kind=AlertKind.VIGILANCE,
        is_drill=scene.drill is not None,
        drill=scene.drill,
        headline=str(PhenomenonChoice(change.phenomenon).label),
        phenomenon=change.phenomenon,
        opened_at=at,
    )
    _note(alert, journal.Kind.ALERT_OPENED, at=at)
    return alert


def _go_on(
    alert: Alert,
    reached: ColourChoice,
    action: Action,
    change: Change,
    scene: Scene,
    *,
    at: datetime,
) -> None:
    alert.colour = reached
    alert.save(update_fields=["colour"])
    drop_prepared(alert, at=at)
    kind = MessageKind.UPDATES if was_told(alert) else MessageKind.OPENS
    message = _prepare(alert, kind, change, scene, at=at)
    _act(message, reached, action, change, at=at)


def _close(alert: Alert, action: Action, change: Change, scene: Scene, *, at: datetime) -> None:
    """Nobody is told of the end of what they were never told of."""
    alert.ended_at = at
    alert.save(update_fields=["ended_at"])
    _note(alert, journal.Kind.ALERT_ENDED, at=at)
    drop_prepared(alert, at=at)
    if was_told(alert) and action is not Action.IGNORE:
        message = _prepare(alert, MessageKind.ENDS, change, scene, at=at)
        _act(message, ColourChoice.GREEN, action, change, at=at)


def _prepare(
    alert: Alert, kind: MessageKind, change: Change, scene: Scene, *, at: datetime
) -> AlertMessage:
    ends = kind is MessageKind.ENDS
    words = drafting.words(
        alert.town, change, scene.bulletin.publication, domains=scene.domains, ends=ends
    )
    level = change.after or change.before
    return AlertMessage.objects.create_in(
        alert.town,
        alert=alert,
        kind=kind,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        prepared_at=at,
        valid_until=level.end if level and not ends else None,
    )


def _act(
    message: AlertMessage,
    reached: ColourChoice,
    action: Action,
    change: Change,
    *,
    at: datetime,
) -> None:
    if action is Action.SEND and _send_if_signed(message, reached, change, at=at):
        return
    words = read(message.content)
    if not message.alert.is_drill:  # an exercise never becomes a Télmail for everyone
        message.campaign_id = drafting.telmail(message.town, words, at=at)
        message.save(update_fields=["campaign_id"])
    note(message, journal.Kind.ALERT_PREPARED, by=None, at=at, detail=words.subject)
    if action in {Action.DRAFT_AND_RING, Action.SEND}:
        said = gettext("%s\N{NO-BREAK SPACE}: un message attend votre décision.") % words.subject
        ring(message.town, message.alert, said, at=at)


def _send_if_signed(
    message: AlertMessage, reached: ColourChoice, change: Change, *, at: datetime
) -> bool:
    """The text that the cabinet signed, and no other; its slots filled from the bulletin."""
    signed = standing.in_force(message.town, PhenomenonChoice(change.phenomenon), reached, at=at)
    if signed is None:
        said = gettext("Aucun accord permanent valable pour ce phénomène et cette couleur")
        note(message, journal.Kind.ALERT_NOT_SENT, by=None, at=at, detail=said)
        return False
    drops_accents = message.town.sms_drops_accents
    words = filled(read(signed.content), drafting.facts(change), drops_accents=drops_accents)
    try:
        with transaction.atomic():
            leave(
                message,
                words,
                lane=Lane.ALERT,
                basis=Basis.STANDING,
                by=None,
                at=at,
                prewritten=signed.prewritten,
                standing=signed,
            )
    except CannotLeave:
        said = gettext(
            "Le texte signé ne peut pas partir tel qu’il est (SMS trop long\N{NO-BREAK SPACE}?)"
        )
        note(message, journal.Kind.ALERT_NOT_SENT, by=None, at=at, detail=said)
        return False
    return True


def _note(alert: Alert, kind: journal.Kind, *, at: datetime) -> None:
    journal.write(alert.town, kind, at=at, about=("alert", alert.pk), detail=alert.headline)
