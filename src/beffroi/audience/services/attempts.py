"""Counting who knocks: per network out loud, per address in silence, so that nothing tells which address is known."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from beffroi.audience import sealed
from beffroi.audience.facts import TooManyAttempts, Visitor
from beffroi.audience.models import Attempt
from beffroi.audience.words import AttemptKind
from beffroi.delivery.kinds import kind as sort_of
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town

WINDOW = timedelta(hours=1)
PER_ADDRESS = 3
"""Letters an hour that a stranger may cause in someone's mailbox."""
PER_BROWSER = 10
"""Trials an hour: someone looks for the setting that is in the way."""
PER_NETWORK = 30
"""A school or the town hall itself shares one network address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    row: Attempt
    too_many_for_address: bool


def begin(
    town: Town,
    kind: AttemptKind,
    address: str,
    *,
    visitor: Visitor,
    at: datetime,
    channel: Channel = Channel.EMAIL,
) -> Begun:
    """Raises: what the channel calls not an address, TooManyAttempts (this network)."""
    sort = sort_of(channel)
    plain = sort.comparable(sort.canonical(address))
    network = visitor.network.encode()
    same_address = sealed.fingerprints(town, sealed.ADDRESS, plain)  # also while keys are replaced
    same_network = sealed.fingerprints(town, sealed.NETWORK, network)
    recent = Attempt.objects.of(town).filter(kind=kind, at__gt=at - WINDOW)
    if network and recent.filter(network_hash__in=same_network).count() >= PER_NETWORK:
        raise TooManyAttempts
    most = PER_BROWSER if kind == AttemptKind.TRIAL else PER_ADDRESS
    too_many = recent.filter(address_hash__in=same_address).count() >= most
    row = Attempt.objects.create_in(
        town,
        kind=kind,
        handle=uuid.uuid4(),
        address_hash=sealed.fingerprint(town, sealed.ADDRESS, plain),
        network_hash=sealed.fingerprint(town, sealed.NETWORK, network),
        at=at,
    )
    return Begun(row=row, too_many_for_address=too_many)
