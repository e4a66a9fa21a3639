"""Each channel's kind of address: how it is written down, compared and shown."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings

from beffroi.delivery.words import Channel
from beffroi.kit import contacts, phones, push_points


class Kind(NamedTuple):
    canonical: Callable[[str], str]
    """ASCII. Raises what its module in `kit` calls not an address."""
    comparable: Callable[[str], bytes]
    """The same bytes for two canonical addresses that reach the same place."""
    mask: Callable[[str], str]
    renewed: bool = False
    """A known address may come again with something new in it, which replaces what was kept."""


def kind(channel: int) -> Kind:
    return _KINDS[Channel(channel)]


def _canonical_push(text: str) -> str:
    hosts = settings.BEFFROI_PUSH_HOSTS
    return push_points.canonical_push_point(text, also=hosts).decode("ascii")


_KINDS = {
    Channel.EMAIL: Kind(contacts.canonical_email, contacts.comparable, contacts.mask),
    Channel.SMS: Kind(phones.canonical_phone, str.encode, phones.mask_phone),
    Channel.PUSH: Kind(
        _canonical_push,
        lambda canonical: push_points.comparable(canonical.encode("ascii")),
        lambda canonical: push_points.mask(canonical.encode("ascii")),
        renewed=True,
    ),
}
