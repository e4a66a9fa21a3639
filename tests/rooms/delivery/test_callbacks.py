"""An SMS sent through an HTTP provider, and what the provider says of it afterwards."""

import threading

import pytest

from beffroi.delivery.queries import messages as reading, people
from beffroi.delivery.services import callbacks
from tests.cast import NOON
from tests.gateways.sms.http_provider import Provider
from tests.rooms.delivery.outside import listen_until, sms_worker
from tests.rooms.delivery.telephones import an_sms, number, phones


@pytest.fixture
def provider():
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def told(query):
    (door,) = callbacks.doors()
    callbacks.receive(door.provider, door.secret, query=query, body=b"", at=NOON)


def test_an_sms_over_http_is_received_and_answered(town, provider, settings, clock):
    settings.BEFFROI_SMS_PROVIDERS = (
        f"ovh://key:secret@consumer/sms-1?name=ovh&base={provider.base}"
    )
    provider.answers = [(200, {"ids": [1234], "invalidReceivers": []})]
    (phone,) = phones(town)
    sms = an_sms(town, [phone])

    with sms_worker(settings.JOURNAL_DIR, clock, settings.BEFFROI_SMS_PROVIDERS) as (
        worker,
        reader,
    ):
        worker.run_until_idle()
        assert reading.outcomes(town, sms).accepted == 1
        told("id=1234&ptt=4&date=20260101120000&description=1")
        told(f"id=9&sender=00{number().decode()[1:]}&message=STOP")
        listen_until(
            reader,
            lambda: (
                reading.outcomes(town, sms).delivered == 1
                and bool(people.standing(town, phone).stops)
            ),
        )
