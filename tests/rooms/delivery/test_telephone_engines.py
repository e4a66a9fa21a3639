"""The worker over the real gateways: an SMS operator with receipts and replies, a push service with devices."""

import json

import pytest

from beffroi.delivery.queries import messages as reading, people, texts
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import (
    Channel,
    ContactState,
    DeliveryState as State,
    Lane,
    Slot,
    StopReason,
)
from tests.cast import NOON
from tests.rooms.delivery import cast
from tests.rooms.delivery.outside import Operator, Shipped, listen_until, run_push, sms_worker
from tests.rooms.delivery.telephones import SENDER, an_sms, phones


@pytest.fixture
def operator(tmp_path):
    network = Operator(tmp_path / "telephones")
    yield network
    network.stop()


@pytest.fixture
def devices(tmp_path, settings):
    service = Shipped(tmp_path / "push")
    settings.BEFFROI_PUSH_HOSTS = [f"127.0.0.1:{service.port}"]
    yield service
    service.stop()


def test_an_sms_goes_out_is_received_and_answered(town, operator, settings, clock):
    numbers = phones(town, 3)
    sms = an_sms(town, numbers, text="L’eau est coupée " + "a" * 200)

    with sms_worker(settings.JOURNAL_DIR, clock, operator.provider()) as (worker, reader):
        worker.run_until_idle()
        listen_until(reader, lambda: reading.outcomes(town, sms).delivered == 3)
        first, second, _ = operator.numbers()
        assert operator.smsc.write(sender=first.lstrip("+"), to=SENDER, text="STOP")
        assert operator.smsc.write(sender=second.lstrip("+"), to=SENDER, text="Merci")
        listen_until(reader, lambda: texts.unread(town) == 1 and stopped(town, numbers) == 1)

    assert cast.states(town, sms) == [State.DELIVERED] * 3
    assert {text.text for text in operator.telephones.since(0)} == {"L’eau est coupée " + "a" * 200}
    assert texts.replies(town)[0].text == "Merci"
    assert list(settings.JOURNAL_DIR.glob("*.journal")) == []


def stopped(town, numbers):
    return sum(bool(people.standing(town, number).stops) for number in numbers)


def test_a_refused_number_and_a_lost_sms_are_told_apart(town, operator, settings, clock):
    """The operator of the outside world knows them by their last digits."""
    numbers = ["+33639989901", "+33639989905"]
    sms = an_sms(town, contact_points.find_or_create_many(town, Channel.SMS, numbers, at=NOON))

    with sms_worker(settings.JOURNAL_DIR, clock, operator.provider()) as (worker, reader):
        worker.run_until_idle()
        listen_until(reader, lambda: reading.outcomes(town, sms).bounced == 1)

    assert cast.states(town, sms) == [State.REFUSED, State.BOUNCED]


@pytest.mark.parametrize("lane", [Lane.CAMPAIGN, Lane.EMERGENCY])
@pytest.mark.slow
def test_a_dead_provider_in_the_middle_of_a_send_is_replaced_by_the_other(
    town, tmp_path, operator, settings, clock, lane
):
    """The numbers that the dead one had and had not answered for are in doubt. Nobody gets a campaign twice; an emergency
    goes out again, and the town is told how many may have it twice."""
    spare = Operator(tmp_path / "spare")
    try:
        sms = an_sms(town, phones(town, 400), lane=lane)
        providers = f"{operator.provider(per_s=200)} {spare.provider('beta', per_s=200)}"
        with sms_worker(settings.JOURNAL_DIR, clock, providers) as (worker, reader):
            while len(operator.numbers()) < 40:
                worker.step()
                worker.desk.bell.wait(0.02)
            operator.stop()
            worker.run_until_idle()
            clock.forward(seconds=10)
            worker.run_until_idle()
            states = cast.states(town, sms)
            unknown = states.count(State.UNKNOWN)
            listen_until(
                reader, lambda: reading.outcomes(town, sms).delivered >= len(spare.numbers())
            )
    finally:
        spare.stop()

    arrived = operator.numbers() + spare.numbers()
    doubled, again = len(arrived) - len(set(arrived)), reading.sent_again(town, sms)
    if lane is Lane.CAMPAIGN:
        assert doubled == again == 0
    else:
        assert unknown == 0 and doubled <= again <= 100
    assert states.count(State.ACCEPTED) + states.count(State.DELIVERED) + unknown == 400
    assert len(set(arrived)) >= 400 - unknown
    assert unknown <= 100  # what waited for its answer in one window
    assert len(spare.numbers()) > 150


def test_a_notification_arrives_and_a_device_that_is_gone_is_written_to_no_more(
    town, devices, settings, clock
):
    told = [devices.subscription(devices.GOOD, 1), devices.subscription(devices.GONE, 2)]
    points = contact_points.find_or_create_many(town, Channel.PUSH, told, at=NOON)
    push = cast.sent(
        town,
        points,
        channel=Channel.PUSH,
        lane=Lane.ALERT,
        subject="Vigilance orange",
        text="Vent violent",
        page_url=Slot.PREFERENCES_URL.marker,
        topic="vent",
    )

    run_push(settings.JOURNAL_DIR, clock)

    assert cast.states(town, push) == [State.ACCEPTED, State.REFUSED]
    (arrival,) = devices.store.since(0)
    assert arrival.urgency == "high"
    assert arrival.topic
    shown = arrival.notification
    assert (shown.title, shown.body) == ("Vigilance orange", "Vent violent")
    assert shown.url.startswith(f"{cast.BASE}/mes-abonnements/")
    gone = people.standing(town, points[1])
    assert ContactState(gone.state) is ContactState.BOUNCED
    assert [stop.reason for stop in gone.stops] == [StopReason.BOUNCED]

    again = cast.sent(town, points, channel=Channel.PUSH, subject="Suite", text="Fin")
    run_push(settings.JOURNAL_DIR, clock)
    assert cast.states(town, again) == [State.ACCEPTED, State.SUPPRESSED]


def test_a_push_service_that_wants_to_wait_is_asked_again_later(town, devices, settings, clock):
    subscription = devices.subscription(devices.BROKEN, 1)
    point = contact_points.find_or_create(town, Channel.PUSH, subscription, at=NOON)
    push = cast.sent(town, [point], channel=Channel.PUSH, subject="Agenda", text="Ce soir")

    run_push(settings.JOURNAL_DIR, clock)
    assert cast.states(town, push) == [State.PLANNED]
    clock.forward(days=2)
    run_push(settings.JOURNAL_DIR, clock)

    assert cast.states(town, push) == [State.EXPIRED]


def test_the_payload_is_what_safari_shows_without_our_help(town, devices, settings, clock):
    from beffroi.servers.outside import push_devices

    subscription = devices.subscription(devices.GOOD, 1)
    point = contact_points.find_or_create(town, Channel.PUSH, subscription, at=NOON)
    cast.sent(town, [point], channel=Channel.PUSH, subject="Agenda", text="Ce soir")

    run_push(settings.JOURNAL_DIR, clock)

    (arrival,) = devices.store.since(0)
    told = json.loads(push_devices.device(arrival.channel).decrypt(arrival.body))
    assert told["web_push"] == 8030
    assert told["notification"]["navigate"] == cast.BASE
