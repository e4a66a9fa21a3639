"""Chunks of workers that died: their journals settle all but one message per connection."""

import logging
import uuid
from collections.abc import Collection
from datetime import datetime

from beffroi.delivery.engine import rows
from beffroi.delivery.engine.desk import Claim, Result
from beffroi.delivery.engine.journal import Mark, Notes, Place
from beffroi.delivery.policy import POLICIES, Doubt
from beffroi.delivery.words import DeliveryState
from beffroi.gateways.parcels import Stage

log = logging.getLogger(__name__)

_STATES = {
    Mark.ACCEPTED: DeliveryState.ACCEPTED,
    Mark.REFUSED: DeliveryState.REFUSED,
    Mark.RETRY: DeliveryState.PLANNED,
}


def heal(place: Place, *, alive: Collection[uuid.UUID], now: datetime) -> int:
    """Settles and gives back every claim whose holder is dead; says how many. `alive`: this worker's own."""
    healed = 0
    for orphan in rows.claims():
        if orphan.claim_id in alive or not _is_dead(place, orphan, now):
            continue
        _heal_one(place, orphan, now=now)
        healed += 1
    return healed


def _is_dead(place: Place, orphan: rows.Orphan, now: datetime) -> bool:
    return place.is_mine(orphan.worker) or orphan.lease_until < now or place.is_dead(orphan.worker)


def _heal_one(place: Place, orphan: rows.Orphan, *, now: datetime) -> None:
    notes = place.notes(orphan.claim_id)
    planned = rows.planned(orphan.claim)
    doubtful = notes.in_doubt()
    if not place.knows_all(orphan.worker):
        doubtful |= {
            seq for seq in planned if seq < orphan.claim.reached and seq not in notes.marks
        }
    results = [
        result
        for seq, contact_point_id in planned.items()
        if (result := _result(orphan.claim, notes, doubtful, seq, contact_point_id)) is not None
    ]
    in_doubt = len(doubtful & planned.keys())
    sent_again = in_doubt if POLICIES[orphan.claim.lane].doubt is Doubt.SEND_AGAIN else 0
    rows.settle(
        orphan.claim_id,
        orphan.claim,
        results,
        release=rows.Release(wait_s=0, tries=0, complete=False, sent_again=sent_again),
        now=now,
    )
    place.forget(orphan.claim_id)
    rows.finish(orphan.claim.message_id, now=now)
    log.warning(
        "A dead worker's chunk was settled from its journal",
        extra={
            "chunk": orphan.claim.chunk_id,
            "settled": len(results),
            "in_doubt": in_doubt,
        },
    )


def _result(
    claim: Claim, notes: Notes, doubtful: set[int], seq: int, contact_point_id: int
) -> Result | None:
    """What is known of one delivery; None when it simply still has to be sent."""
    mark, code = notes.marks.get(seq, (Mark.BEGUN, 0))
    references = notes.references.get(seq, ())
    if seq in doubtful:
        state = DeliveryState.UNKNOWN
        if POLICIES[claim.lane].doubt is Doubt.SEND_AGAIN:
            if not references:
                return None
            state = DeliveryState.PLANNED
    elif mark in _STATES:
        state = _STATES[mark]
    else:
        return None
    return Result(seq, contact_point_id, state, code, "", True, Stage.CONTENT, references)
