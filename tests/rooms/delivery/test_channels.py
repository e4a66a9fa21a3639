"""What SMS and notifications have of their own before they meet a gateway."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from beffroi.delivery import press
from beffroi.delivery.models import Message
from beffroi.delivery.policy import HOUR_S, MINUTE_S
from beffroi.delivery.press import notices
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane, Slot
from beffroi.gateways.parcels import Urgency
from beffroi.kit import base64url
from beffroi.kit.phones import NotAPhone
from beffroi.kit.push_points import NotASubscription
from tests.cast import NOON
from tests.rooms.delivery import cast

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def a_subscription(endpoint: str = ENDPOINT) -> str:
    """As a browser gives it, with keys of its own."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64url.encoded(point), "auth": base64url.encoded(bytes(16))}
    return json.dumps({"endpoint": endpoint, "keys": keys})


def struck(town, recipients, *, at=NOON, **changes):
    message_id = cast.sent(town, recipients, **changes)
    row = Message.objects.of(town).get(id=message_id)
    plate = press.compose(row, at=at)
    return row, plate, plate.strike(0, 1, 1, b"")


def test_one_number_in_two_spellings_is_one_contact_point_and_is_masked(town):
    ids = contact_points.find_or_create_many(
        town, Channel.SMS, ["06 12 34 56 78", "+33612345678"], at=NOON
    )

    assert ids[0] == ids[1]
    assert contact_points.reveal(town, ids[0]) == "+33612345678"
    assert contact_points.masked(town, ids) == {
        ids[0]: "06 •• •• •• 78".replace(" ", "\N{NO-BREAK SPACE}")
    }


def test_what_is_no_address_of_the_channel_is_refused(town):
    with pytest.raises(NotAPhone):
        contact_points.find(town, Channel.SMS, "camille@exemple.fr")
    with pytest.raises(NotASubscription):
        contact_points.find(town, Channel.PUSH, a_subscription("https://evil.example/push"))


def test_a_browser_that_subscribes_again_keeps_its_place_and_brings_its_new_keys(town):
    first = contact_points.find_or_create(town, Channel.PUSH, a_subscription(), at=NOON)
    before = contact_points.reveal(town, first)
    again = contact_points.find_or_create(town, Channel.PUSH, a_subscription(), at=NOON)

    assert again == first
    assert contact_points.reveal(town, first) != before
    assert contact_points.masked(town, [first]) == {first: "Firefox"}


def test_an_sms_is_signed_counted_and_lives_four_hours_in_an_emergency(town):
    phone = contact_points.find_or_create(town, Channel.SMS, "0612345678", at=NOON)

    row, plate, (sender, data) = struck(
        town,
        [phone],
        channel=Channel.SMS,
        lane=Lane.EMERGENCY,
        from_name="ARCACHON",
        text="é" * 161,
    )

    assert (sender, data.decode()) == (b"ARCACHON", "é" * 161)
    assert row.parts == 2
    assert plate.manner is not None
    assert plate.manner.urgency is Urgency.HIGH
    assert plate.manner.ttl_s == 4 * HOUR_S
    later = plate.at(row.expires_at).manner
    assert later is not None
    assert later.ttl_s == 1


def test_a_code_by_sms_is_the_recipients_own(town):
    phone = contact_points.find_or_create(town, Channel.SMS, "0612345678", at=NOON)

    row, plate, (_, data) = struck(
        town,
        [phone],
        channel=Channel.SMS,
        lane=Lane.TRANSACTIONAL,
        from_name="ARCACHON",
        text=f"Votre code : {Slot.CODE.marker}",
    )

    assert data.decode().removeprefix("Votre code : ").isdigit()
    assert data != plate.strike(1, 1, 1, b"")[1]
    assert (row.expires_at - row.not_before).total_seconds() == 10 * MINUTE_S


@pytest.mark.parametrize("name", ["ARCACHON", "Mairie33", "36180", "38100"])
def test_a_name_or_a_short_code_may_sign(name):
    assert press.is_sender(name)


@pytest.mark.parametrize(
    "name", ["", "ARCACHONVILLE", "0612345678", "33612345678", "+33612345678", "Ville d’A", "12345"]
)
def test_a_number_of_a_person_a_long_name_or_a_space_may_not_sign(name):
    assert not press.is_sender(name)


@pytest.mark.parametrize("text", ["   ", "a" * 919, "œ" * 671])
def test_an_empty_or_endless_sms_is_refused_before_the_freeze(town, text):
    with pytest.raises(press.BadText):
        cast.sent(town, [], channel=Channel.SMS, from_name="ARCACHON", text=text)


def test_a_link_counts_with_its_whole_length(town):
    message = cast.a_message(
        channel=Channel.SMS, from_name="ARCACHON", text="a" * 100 + Slot.UNSUBSCRIBE_URL.marker
    )

    assert press.parts(message) == 2


def test_a_notification_says_where_it_leads_and_replaces_the_one_before(town):
    point = contact_points.find_or_create(town, Channel.PUSH, a_subscription(), at=NOON)

    _, plate, (sender, data) = struck(
        town,
        [point],
        channel=Channel.PUSH,
        lane=Lane.ALERT,
        subject="Vigilance orange",
        text="Vent violent « dès 18 h »",
        page_url=f"{cast.BASE}/alertes/",
        topic="vigilance:vent",
    )

    told = json.loads(data)
    assert sender == b""
    assert told["web_push"] == 8030
    assert told["lane"] == "alert"
    assert told["notification"]["title"] == "Vigilance orange"
    assert told["notification"]["body"] == "Vent violent « dès 18 h »"
    assert told["notification"]["navigate"] == f"{cast.BASE}/alertes/"
    assert plate.manner is not None
    assert plate.manner.topic == told["notification"]["tag"]
    assert plate.manner.topic == notices.topic_of(town.pk, "vigilance:vent")
    assert len(plate.manner.topic) <= 32


def test_a_notification_may_lead_to_the_recipients_own_page(town):
    point = contact_points.find_or_create(town, Channel.PUSH, a_subscription(), at=NOON)

    _, _, (_, data) = struck(
        town, [point], channel=Channel.PUSH, subject="Agenda", page_url=Slot.PREFERENCES_URL.marker
    )

    assert json.loads(data)["notification"]["navigate"].startswith(f"{cast.BASE}/mes-abonnements/")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ""},
        {"subject": "a" * 121},
        {"text": " "},
        {"text": "a" * 1_001},
        {"text": "😀" * 800},
        {"page_url": "javascript:alert(1)"},
        {"subject": Slot.CODE.marker},
    ],
)
def test_a_notification_that_no_device_would_carry_is_refused_before_the_freeze(town, changes):
    fields = {"channel": Channel.PUSH, "subject": "Agenda", "text": "Ce soir", **changes}
    with pytest.raises(press.BadText):
        messages.enqueue(town, cast.a_message(**fields), recipients=[], at=NOON)


def test_a_message_reaches_no_contact_point_of_another_channel(town):
    phone = contact_points.find_or_create(town, Channel.SMS, "0612345678", at=NOON)
    message_id = cast.sent(town, [*cast.people(town, 2), phone])

    assert len(cast.states(town, message_id)) == 2


def test_the_engine_of_one_channel_leaves_the_messages_of_the_others(town, engine, relay):
    phone = contact_points.find_or_create(town, Channel.SMS, "0612345678", at=NOON)
    sms = cast.sent(town, [phone], channel=Channel.SMS, from_name="ARCACHON")
    letter = cast.sent(town, cast.people(town, 1))
    engine()

    assert cast.states(town, sms) == [0]
    assert cast.states(town, letter) == [30]
