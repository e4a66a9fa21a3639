"""The stop list: what keeps messages from a contact point, asked again at each claim."""

from datetime import datetime

from django.db import transaction

from beffroi.delivery.models import ContactPoint, Event, Stop
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.words import ContactState, EventKind, StopReason
from beffroi.towns.models import Town


@transaction.atomic
def stop(
    town: Town,
    contact_point_id: int,
    *,
    reason: StopReason,
    at: datetime,
    theme_id: int | None = None,
    until: datetime | None = None,
    through: DeliveryRef | None = None,
) -> None:
    """No more messages of `theme_id` (None: of any kind), from now until `until` (None: for good).

    `through` is the message whose link was used: it is counted there. Saying it twice changes nothing.
    """
    row, created = Stop.objects.of(town).get_or_create(
        contact_point_id=contact_point_id,
        theme_id=theme_id,
        reason=reason,
        defaults={"town": town, "at": at, "until": until},
    )
    if not created:
        row.at, row.until = at, until
        row.save(update_fields=["at", "until"])
    if through is not None and reason == StopReason.UNSUBSCRIBED:
        Event.objects.of(town).get_or_create(
            message_id=through.message_id,
            seq=through.seq,
            kind=EventKind.UNSUBSCRIBED,
            defaults={"town": town, "at": at},
        )


@transaction.atomic
def lift_stop(
    town: Town,
    contact_point_id: int,
    *,
    at: datetime,
    theme_id: int | None = None,
    reason: StopReason | None = None,
) -> None:
    """Ends the stop of `theme_id` (None: the general one); with no `reason`, whatever the reason was.

    Someone who subscribes again by themselves also clears what was held against the address.
    """
    stops = Stop.objects.of(town).filter(contact_point_id=contact_point_id, theme_id=theme_id)
    if reason is not None:
        stops = stops.filter(reason=reason)
    reasons = set(stops.exclude(reason=StopReason.ERASED).values_list("reason", flat=True))
    stops.exclude(reason=StopReason.ERASED).delete()
    if reasons & {StopReason.BOUNCED, StopReason.COMPLAINED}:
        ContactPoint.objects.of(town).filter(id=contact_point_id).exclude(
            state=ContactState.ERASED
        ).update(state=ContactState.OK, soft_bounces=0, first_soft_at=None, last_soft_at=None)
