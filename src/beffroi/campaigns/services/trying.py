"""The short texts as they stand, to whoever writes them: on the mobile they proved, in the browser they sit at.

Rate-limited with the tests of the letter, and charged to the town like everything that no campaign pays.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience.facts import TooManyAttempts, Visitor
from beffroi.audience.services import codes, numbers
from beffroi.campaigns import short
from beffroi.campaigns.content import Content
from beffroi.campaigns.models import TrialPhone
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import CannotLeave, NoTestDevice
from beffroi.campaigns.services.steps import locked, note
from beffroi.campaigns.services.testing import spare_test
from beffroi.delivery.models import ContactPoint
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press import BadText
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.paths import town_url
from beffroi.towns import queries as towns
from beffroi.towns.journal import Kind
from beffroi.towns.models import Agent, Town

CODE = "code:test:"
"""Reference of the code that proves an agent's mobile; it counts among the codes of the day."""


@transaction.atomic
def ask_phone(town: Town, phone: str, *, by: Agent, at: datetime) -> UUID:
    """Sends the mobile a code. Raises: kit.phones.NotAPhone, TooManyAttempts, TooManyCodes."""
    calling = numbers.begin(town, phone, visitor=Visitor(), at=at)
    if not calling.may_send:
        raise TooManyAttempts
    calling.send(town, reference=f"{CODE}{by.pk}", at=at)
    return calling.handle


def confirm_phone(town: Town, handle: UUID, code: str, *, by: Agent, at: datetime) -> None:
    """From now on this agent's tests by SMS go there. Raises: codes.WrongCode, codes.CodeExpired."""
    ref = codes.check(town, handle, code, at=at)  # on its own: a wrong code stays counted
    if ref.reference != f"{CODE}{by.pk}":
        raise codes.WrongCode
    with transaction.atomic():
        forget_phone(town, by=by)
        TrialPhone.objects.create_in(
            town, agent=by, contact_point_id=ref.contact_point_id, confirmed_at=at
        )


def forget_phone(town: Town, *, by: Agent) -> None:
    """No test by SMS goes there any more."""
    TrialPhone.objects.of(town).filter(agent=by).delete()


@transaction.atomic
def send_test_sms(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchCampaign, TooManyTests, NoTestDevice, CannotLeave."""
    phone = TrialPhone.objects.of(town).filter(agent=by).first()
    alive = ContactPoint.objects.of(town).filter(sealed__isnull=False)
    if phone is None or not alive.filter(pk=phone.contact_point_id).exists():
        raise NoTestDevice(by.pk)

    def compose(content: Content) -> OutgoingMessage:
        text = gettext("Essai: %(text)s") % {"text": short.sms(town, campaign_id, content)}
        message = _message(town, campaign_id, Channel.SMS, text)
        return replace(message, from_name=towns.sms_sender(town))

    _send(town, campaign_id, compose, point=phone.contact_point_id, by=by, at=at)


@transaction.atomic
def send_test_push(
    town: Town, campaign_id: int, *, subscription: str, by: Agent, at: datetime
) -> None:
    """To the browser that asks, if it receives the notifications of the town.

    Raises: NoSuchCampaign, TooManyTests, NoTestDevice, CannotLeave, kit.push_points.NotASubscription.
    """
    point = contact_points.find(town, Channel.PUSH, subscription)
    if point is None:
        raise NoTestDevice(by.pk)

    def compose(content: Content) -> OutgoingMessage:
        notice = short.notice(content)
        message = _message(town, campaign_id, Channel.PUSH, notice.text)
        title = gettext("[Essai] %(subject)s") % {"subject": notice.title}
        return replace(message, subject=title, page_url=f"{message.base_url}/")

    _send(town, campaign_id, compose, point=point, by=by, at=at)


def _message(town: Town, campaign_id: int, channel: Channel, text: str) -> OutgoingMessage:
    return OutgoingMessage(
        lane=Lane.TRANSACTIONAL,
        channel=channel,
        text=text,
        from_name=town.name,
        base_url=town_url(settings.BEFFROI_URL, town.slug),
        reference=f"essai:{campaign_id}",
        with_list_unsubscribe=False,
    )


def _send(
    town: Town,
    campaign_id: int,
    compose: Callable[[Content], OutgoingMessage],
    *,
    point: int,
    by: Agent,
    at: datetime,
) -> None:
    campaign = locked(town, campaign_id)
    spare_test(town, by=by, at=at)
    try:
        message = compose(content_of(town, campaign))
        messages.enqueue(town, message, recipients=[point], at=at)
    except BadText as bad:
        raise CannotLeave(campaign_id) from bad
    note(campaign, Kind.CAMPAIGN_TESTED, by=by, at=at)
