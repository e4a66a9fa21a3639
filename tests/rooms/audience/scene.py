"""What tests of this room do again and again."""

import os
from datetime import date, datetime

from beffroi.audience.channels import EVERY
from beffroi.audience.facts import PaperFormData, PersonName, Visitor
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.queries import imports as import_queries, themes as theme_queries
from beffroi.audience.services import farewells, importing, imports, paper, subscribing
from beffroi.audience.words import Origin, Status
from beffroi.delivery.models import ContactPoint, Delivery, Message
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.words import Channel, Lane
from tests.cast import NOON

ATTESTATION = imports.Attestation(
    collected_by="Accueil de la mairie",
    collected_on=date(2026, 11, 1),
    collected_how="Formulaire du bulletin municipal, case à cocher",
)
HERE = Visitor(network="192.0.2.7")


def letters(town, prefix=""):
    """References of what was enqueued, the oldest first."""
    rows = Message.objects.of(town).filter(reference__startswith=prefix).order_by("id")
    return list(rows.values_list("reference", flat=True))


def ref_of_last(town, prefix=""):
    """The delivery that the last letter's link stands for."""
    message = Message.objects.of(town).filter(reference__startswith=prefix).latest("id")
    delivery = Delivery.objects.of(town).get(message_id=message.pk)
    return DeliveryRef(
        message_id=message.pk,
        seq=delivery.seq,
        contact_point_id=delivery.contact_point_id,
        reference=message.reference,
        theme_ids=tuple(message.theme_ids),
        lane=Lane(message.lane),
        frozen_at=message.frozen_at,
    )


def approve_farewell(town, theme_id, *, by, at=NOON):
    """Binds the approval to what the approver sees at this moment."""
    seen = theme_queries.farewell(town, theme_id)
    farewells.approve(town, theme_id, seen_hash=seen.content_hash, by=by, at=at)


def a_point(town, channel):
    return ContactPoint.objects.create_in(
        town,
        channel=channel,
        sealed=b"sealed",
        key_id=1,
        fingerprint=os.urandom(16),
        created_at=NOON,
    ).pk


def a_person(town, themes, *, having=tuple(Channel), choice=EVERY, drills=False):
    """A subscriber with a contact point of each channel, and these."""
    points = {channel: a_point(town, channel) for channel in having}
    row = Subscriber.objects.create_in(
        town,
        email_point_id=points.get(Channel.EMAIL),
        phone_point_id=points.get(Channel.SMS),
        push_point_id=points.get(Channel.PUSH),
        status=Status.ACTIVE,
        origin=Origin.WEB,
        created_at=NOON,
        wants_drills=drills,
    )
    for theme in themes:
        Subscription.objects.create_in(
            town,
            subscriber=row,
            theme_id=theme.id,
            since=NOON,
            origin=Origin.WEB,
            channels=choice,
        )
    return row, points


def ask(town, address, themes, *, at=NOON, network="192.0.2.7"):
    subscribing.subscribe(
        town,
        address,
        theme_ids=[theme.id for theme in themes],
        text_version=1,
        visitor=Visitor(network=network),
        at=at,
    )


def join(town, address, themes, *, at=NOON):
    """Asks and confirms; gives the subscriber's id."""
    ask(town, address, themes, at=at)
    ref = ref_of_last(town, "confirm:")
    return subscribing.confirm(town, ref, visitor=HERE, at=at).subscriber_id


def type_form(town, clerk, address, themes, *, number="2026-001", at=NOON, **fields):
    data = PaperFormData(
        number=number,
        signed_on=fields.pop("signed_on", date(2026, 11, 20)),
        address=address,
        theme_ids=[theme.id for theme in themes],
        name=fields.pop("name", PersonName(first_name="Jeanne", family_name="Dupont")),
        **fields,
    )
    return paper.type_form(town, data, by=clerk, at=at)


def upload(town, clerk, body, *, name="abonnes.csv", at=NOON):
    chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    return imports.upload(town, name, chunks, by=clerk, at=at)


def import_file(town, clerk, body, *, given=(), name="abonnes.csv", at: datetime = NOON):
    """From the upload to the report."""
    import_id = upload(town, clerk, body, name=name, at=at)
    imports.start(
        town,
        import_id,
        import_queries.plan(town, import_id),
        ATTESTATION,
        theme_ids=[theme.id for theme in given],
        by=clerk,
        at=at,
        defer=False,
    )
    importing.run(town, import_id, clock=lambda: at)
    return import_queries.one(town, import_id)
