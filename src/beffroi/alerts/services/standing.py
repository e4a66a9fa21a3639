"""Standing approvals: signed by the cabinet on a quiet day, revocable at any moment, worthless after their day."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts.models import StandingApproval
from beffroi.alerts.queries.settings import words_of
from beffroi.alerts.services import prewritten, rights, settings
from beffroi.alerts.services.facts import BadTimes, NoSuchThing, WordsChanged
from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission

LONGEST = timedelta(days=366)
"""A year: people and words change."""


@transaction.atomic
def sign(
    town: Town,
    prewritten_id: int,
    *,
    phenomenon: PhenomenonChoice,
    colour: ColourChoice,
    seen_hash: str,
    expires_at: datetime,
    by: Agent,
    at: datetime,
) -> StandingApproval:
    """Replaces the one in force for the same phenomenon and colour; the town's rule becomes to send.

    Raises: NoSuchThing, NotAllowed, WordsChanged, OwnWork, BadTimes.
    """
    text = prewritten.locked(town, prewritten_id)
    rights.require(town, by, Permission.ALERT_APPROVE)
    words = words_of(text)
    if words.sha256() != seen_hash:
        raise WordsChanged(prewritten_id)
    alone = rights.alone(town, by, author_id=text.author_id)
    if not at < expires_at <= at + LONGEST:
        raise BadTimes(expires_at)
    earlier = StandingApproval.objects.of(town).filter(
        phenomenon=phenomenon, colour=colour, revoked_at=None
    )
    earlier.update(revoked_at=at, revoked_by=by)
    row = StandingApproval.objects.create_in(
        town,
        prewritten=text,
        phenomenon=phenomenon,
        colour=colour,
        content=words.canonical(),
        content_hash=seen_hash,
        signed_by=by,
        signed_at=at,
        one_person=alone,
        expires_at=expires_at,
    )
    settings.set_rule(town, phenomenon, colour, Action.SEND, by=by, at=at)
    if alone:
        _note(row, journal.Kind.ONE_PERSON_RULE, by=by, at=at)
    _note(row, journal.Kind.STANDING_SIGNED, by=by, at=at)
    return row


@transaction.atomic
def revoke(town: Town, standing_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchThing, NotAllowed."""
    rights.require(town, by, Permission.ALERT_APPROVE)
    rows = StandingApproval.objects.of(town).select_for_update()
    row = rows.filter(pk=standing_id, revoked_at=None).first()
    if row is None:
        raise NoSuchThing(standing_id)
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    _note(row, journal.Kind.STANDING_ENDED, by=by, at=at)


def in_force(
    town: Town, phenomenon: PhenomenonChoice, colour: ColourChoice, *, at: datetime
) -> StandingApproval | None:
    """The one that lets a message leave now: not expired, not revoked, its text still the one that was signed.

    Called inside the transaction that sends; locks the text, so that nobody changes it meanwhile.
    """
    rows = StandingApproval.objects.of(town).select_for_update()
    row = rows.filter(
        phenomenon=phenomenon, colour=colour, revoked_at=None, expires_at__gt=at
    ).first()
    if row is None:
        return None
    try:
        text = prewritten.locked(town, row.prewritten_id)
    except NoSuchThing:
        return None
    is_same = words_of(text).sha256() == row.content_hash
    own_work = row.signed_by_id == text.author_id
    if not is_same or (own_work and not _one_person_rule(town)):
        return None
    return row


def _one_person_rule(town: Town) -> bool:
    return Town.objects.filter(pk=town.pk, one_person_rule=True).exists()


def _note(row: StandingApproval, kind: journal.Kind, *, by: Agent, at: datetime) -> None:
    said = gettext("%(phenomenon)s, %(colour)s\N{NO-BREAK SPACE}: %(title)s") % {
        "phenomenon": PhenomenonChoice(row.phenomenon).label,
        "colour": str(ColourChoice(row.colour).label).lower(),
        "title": row.prewritten.title,
    }
    journal.write(row.town, kind, at=at, by=by, about=("standing", row.pk), detail=said)
