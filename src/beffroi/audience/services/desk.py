"""What an agent does for somebody at the counter or on the telephone: a number added, a way to reach them removed.

The same as on paper: the person agrees to the wording that is read to them, it is kept as the proof, and they are
written to. A number counts once its owner has read out the code that it received.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience import sms, wording
from beffroi.audience.channels import POINT
from beffroi.audience.facts import NoSuchSubscriber, NothingToConfirm, TooManyAttempts, Visitor
from beffroi.audience.models import Subscriber
from beffroi.audience.services import codes, numbers, people, preferences, proofs
from beffroi.audience.words import Origin, Status
from beffroi.delivery.words import Channel
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


class NotInTheWording(Exception):
    """The town's consent says nothing of SMS: nobody can agree to what they were not told."""


@transaction.atomic
def ask_number(town: Town, subscriber_id: int, phone: str, *, by: Agent, at: datetime) -> UUID:
    """Sends the number a code that its owner reads out to the agent; until then nothing changes.

    Raises: NoSuchSubscriber, preferences.NotConfirmed, NotInTheWording, kit.phones.NotAPhone, TooManyAttempts.
    """
    subscriber = people.locked(town, subscriber_id)
    if subscriber.status == Status.PENDING:
        raise preferences.NotConfirmed(subscriber_id)
    if not wording.covers(proofs.current_text(town).wording, Channel.SMS):
        raise NotInTheWording
    calling = numbers.begin(town, phone, visitor=Visitor(), at=at)
    if not calling.may_send:
        raise TooManyAttempts
    subscriber.next_phone_point_id = calling.contact_point_id
    subscriber.save(update_fields=["next_phone_point"])
    reference = f"{numbers.NEW}{subscriber.pk}"
    calling.send(town, reference=reference, word=sms.code_to_read_out, at=at)
    _tell(town, subscriber, gettext("Mobile donné, code envoyé"), by=by, at=at)
    return calling.handle


def enter_code(
    town: Town, subscriber_id: int, handle: UUID, code: str, *, by: Agent, at: datetime
) -> None:
    """The agent types the code that the person read out: the number is theirs, by which nothing comes yet.

    Raises: NoSuchSubscriber, codes.WrongCode, codes.CodeExpired, NothingToConfirm.
    """
    ref = codes.check(town, handle, code, at=at)  # on its own: a wrong code stays counted
    with transaction.atomic():
        subscriber = people.locked(town, subscriber_id)
        if ref.contact_point_id != subscriber.next_phone_point_id:
            raise NothingToConfirm
        numbers.take(town, subscriber, ref.contact_point_id, at=at)
        source = proofs.Source(origin=Origin.AGENT, agent=by, text=proofs.current_text(town))
        numbers.prove(town, subscriber, source, at=at)
        _tell(town, subscriber, gettext("Mobile confirmé par son code"), by=by, at=at)


@transaction.atomic
def remove(town: Town, subscriber_id: int, channel: Channel, *, by: Agent, at: datetime) -> None:
    """Forgets the address, the number or the browser; what came by it alone ends.

    Raises: NoSuchSubscriber, numbers.OnlyWay.
    """
    subscriber = people.locked(town, subscriber_id)
    held = getattr(subscriber, f"{POINT[channel]}_id")
    if held is None and (channel != Channel.SMS or subscriber.next_phone_point_id is None):
        raise NoSuchSubscriber(subscriber_id)
    if not set(people.points(subscriber)) - {held}:
        raise numbers.OnlyWay(subscriber_id)
    people.drop_channel(town, subscriber, channel, at=at)
    numbers.prove(town, subscriber, proofs.Source(origin=Origin.AGENT, agent=by), at=at)
    _tell(town, subscriber, _GONE[channel](), by=by, at=at)


_GONE = {
    Channel.EMAIL: lambda: gettext("Adresse électronique retirée"),
    Channel.SMS: lambda: gettext("Mobile retiré"),
    Channel.PUSH: lambda: gettext("Notifications retirées"),
}


def _tell(town: Town, subscriber: Subscriber, sentence: str, *, by: Agent, at: datetime) -> None:
    journal.write(
        town,
        journal.Kind.SUBSCRIBER_CHANGED,
        at=at,
        by=by,
        about=("subscriber", subscriber.pk),
        detail=sentence,
    )
