"""What a link or a code in a message stands for. The database holds none of them."""

import hmac
from datetime import datetime, timedelta

from beffroi.delivery import keys
from beffroi.delivery.models import ContactPoint, Delivery, Message
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.words import Lane
from beffroi.kit import tokens
from beffroi.kit.tokens import BadToken
from beffroi.towns.models import Town

CODE_LIFE = timedelta(minutes=15)


class Expired(Exception):
    """The link or the code was good, and is too old."""


def read_unsubscribe(town: Town, token: str) -> DeliveryRef:
    """The delivery whose unsubscribe link this is; it never expires. Raises: BadToken."""
    number, part = tokens.open_link(token, tokens.Kind.UNSUBSCRIBE)
    tokens.check_link(keys.token_key(), token, tokens.Kind.UNSUBSCRIBE, town_id=town.pk)
    return _delivery(town, number, part)


def read_confirm(town: Town, token: str, *, at: datetime, life: timedelta) -> DeliveryRef:
    """The delivery whose confirmation link this is. Raises: BadToken, Expired."""
    number, part = tokens.open_link(token, tokens.Kind.CONFIRM)
    ref = _delivery(town, number, part)
    version = _link_version(town, ref.contact_point_id)
    tokens.check_link(keys.token_key(), token, tokens.Kind.CONFIRM, town_id=town.pk, salt=version)
    if ref.frozen_at + life < at:
        raise Expired
    return ref


def read_preferences(town: Town, token: str) -> int:
    """The contact point whose preference link this is, unless newer links replaced it. Raises: BadToken."""
    contact_point_id, version = tokens.open_link(token, tokens.Kind.PREFERENCES)
    tokens.check_link(keys.token_key(), token, tokens.Kind.PREFERENCES, town_id=town.pk)
    if _link_version(town, contact_point_id) != version:
        raise BadToken
    return contact_point_id


def preferences_token(town: Town, contact_point_id: int) -> str:
    """The token of this contact point's preference link. Raises: BadToken when it was erased."""
    return tokens.link_token(
        keys.token_key(),
        tokens.Kind.PREFERENCES,
        town_id=town.pk,
        number=contact_point_id,
        part=_link_version(town, contact_point_id),
    ).decode("ascii")


def check_code(
    town: Town, contact_point_id: int, code: str, *, at: datetime, life: timedelta = CODE_LIFE
) -> DeliveryRef:
    """The message whose code this is, among those of the last minutes. The caller limits attempts.

    Raises: BadToken.
    """
    typed = "".join(code.split()).encode()
    recent = Message.objects.of(town).filter(
        lane=Lane.TRANSACTIONAL, frozen_at__gt=at - life, frozen_at__lte=at
    )
    rows = (
        Delivery.objects.of(town)
        .filter(contact_point_id=contact_point_id, message_id__in=recent.values("id"))
        .order_by("-message_id")
        .values_list("message_id", "seq")
    )
    for message_id, seq in rows:
        true = tokens.six_digits(keys.token_key(), town_id=town.pk, message_id=message_id, seq=seq)
        if hmac.compare_digest(true, typed):
            return _delivery(town, message_id, seq)
    raise BadToken


def _delivery(town: Town, message_id: int, seq: int) -> DeliveryRef:
    delivery = Delivery.objects.of(town).filter(message_id=message_id, seq=seq).first()
    message = Message.objects.of(town).filter(id=message_id).defer("html", "text").first()
    if delivery is None or message is None:
        raise BadToken
    return DeliveryRef(
        message_id=message_id,
        seq=seq,
        contact_point_id=delivery.contact_point_id,
        reference=message.reference,
        theme_ids=tuple(message.theme_ids),
        lane=Lane(message.lane),
        frozen_at=message.frozen_at,
    )


def _link_version(town: Town, contact_point_id: int) -> int:
    row = (
        ContactPoint.objects.of(town)
        .filter(id=contact_point_id, sealed__isnull=False)
        .values_list("link_version", flat=True)
        .first()
    )
    if row is None:
        raise BadToken
    return row
