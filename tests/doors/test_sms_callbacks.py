"""The door where HTTP providers bring receipts and answers."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from beffroi.delivery import keys
from beffroi.delivery.models import Event, StrayReturn, WaitingReceipt, WaitingReply
from beffroi.delivery.queries import people, texts
from beffroi.delivery.services import callbacks, replies, reports, rotation
from beffroi.delivery.words import DeliveryState as State, EventKind, StopReason
from beffroi.towns import scope
from tests.cast import NOON
from tests.rooms.delivery import cast
from tests.rooms.delivery.telephones import an_sms, number, phones, taken

PROVIDERS = (
    "ovh://key:secret@consumer/sms-ab12345-1?name=ovh brevo://:key@brevo?name=brevo"
    " smpp://smsc.example?name=alpha"
)


@pytest.fixture(autouse=True)
def providers(settings, tmp_path, monkeypatch):
    settings.BEFFROI_SMS_PROVIDERS = PROVIDERS
    settings.CONTACT_KEYS_FILE = tmp_path / "contact_keys.json"  # a rotation is for good
    monkeypatch.setattr(keys, "_held", None)


@pytest.fixture
def caller():
    """No browser: it has no cookie, and shows no token of a form."""
    return Client(enforce_csrf_checks=True)


def address(provider, secret=None):
    known = {door.provider: door.secret for door in callbacks.doors()}
    secret = known[provider] if secret is None else secret
    return reverse("sms-callback", kwargs={"provider": provider, "secret": secret})


def tell(caller, provider, **said):
    return caller.post(
        address(provider), data=json.dumps(said), content_type="application/json"
    ).status_code


def the_engine_listens():
    reports.apply_waiting(at=NOON)
    replies.keep_waiting()


def test_a_receipt_of_ovh_settles_its_delivery(caller, town):
    sms = an_sms(town, phones(town, 2))
    taken(("ovh/41",), ("ovh/42",))

    for query in ("id=41&ptt=4&description=1", "id=42&ptt=23&description=2"):
        assert caller.get(f"{address('ovh')}?{query}").status_code == 200
    the_engine_listens()

    assert cast.states(town, sms) == [State.DELIVERED, State.BOUNCED]


def test_a_receipt_of_brevo_settles_its_delivery_however_often_it_comes(caller, town):
    sms = an_sms(town, phones(town))
    taken(("brevo/1511",))

    for _ in range(3):
        assert (
            tell(caller, "brevo", messageId=1511, msg_status="delivered", to="33612345600") == 200
        )
        the_engine_listens()

    assert cast.states(town, sms) == [State.DELIVERED]
    assert [event.kind for event in Event.objects.of(town)] == [EventKind.DELIVERED]


def test_a_receipt_that_comes_before_our_own_commit_waits(caller, town):
    sms = an_sms(town, phones(town))
    assert tell(caller, "brevo", messageId=1511, msg_status="delivered") == 200
    the_engine_listens()
    assert WaitingReceipt.objects.count() == 1

    taken(("brevo/1511",))
    the_engine_listens()

    assert cast.states(town, sms) == [State.DELIVERED]


def test_a_receipt_settles_what_was_in_doubt(caller, town):
    sms = an_sms(town, phones(town))
    taken(("ovh/41",), state=State.UNKNOWN)

    caller.get(f"{address('ovh')}?id=41&ptt=4")
    the_engine_listens()

    assert cast.states(town, sms) == [State.DELIVERED]


def test_what_proves_nothing_changes_nothing(caller, town):
    sms = an_sms(town, phones(town))
    taken(("brevo/1511",))

    assert tell(caller, "brevo", messageId=1511, msg_status="sent") == 200
    the_engine_listens()

    assert cast.states(town, sms) == [State.ACCEPTED]
    assert WaitingReceipt.objects.count() == 0


def test_stop_is_obeyed_once_however_often_it_comes(caller, town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken(("brevo/1511",))
    answer = {"messageId": 1511, "to": number().decode(), "msg_status": "replied", "reply": "Stop"}

    for _ in range(2):
        assert tell(caller, "brevo", **answer) == 200
        assert tell(caller, "brevo", **answer) == 200
        assert WaitingReply.objects.count() == 1
        the_engine_listens()

    assert [stop.reason for stop in people.standing(town, phone).stops] == [StopReason.UNSUBSCRIBED]
    assert WaitingReply.objects.count() == 0


def test_another_answer_is_kept_for_the_town_and_sealed_while_it_waits(caller, town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken(("ovh/41",))

    caller.get(address("ovh"), {"sender": number().decode(), "message": "À quelle heure ?"})
    raw = bytes(WaitingReply.objects.get().raw)
    rotation.rotate(tell=lambda _: None, wait=lambda _: None)
    the_engine_listens()

    assert b"heure" not in raw and number() not in raw
    assert [answer.text for answer in texts.replies(town)] == ["À quelle heure ?"]


def test_an_answer_that_cannot_be_opened_stays_and_holds_up_no_other(caller, town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken(("ovh/41",))
    for text in ("Bonjour", "Merci", "STOP"):
        caller.get(address("ovh"), {"sender": number().decode(), "message": text})
    unknown, damaged, _ = WaitingReply.objects.order_by("pk")
    WaitingReply.objects.filter(pk=unknown.pk).update(key_id=99)
    WaitingReply.objects.filter(pk=damaged.pk).update(raw=b"x" * 40)

    the_engine_listens()

    assert set(WaitingReply.objects.all()) == {unknown, damaged}
    assert people.standing(town, phone).stops


def test_a_strangers_answer_goes_to_the_operator(caller, town):
    caller.get(address("ovh"), {"sender": "+33699999999", "message": "STOP"})
    the_engine_listens()

    assert StrayReturn.objects.get().why == "reply of a stranger"


def test_the_door_sees_no_town(caller, town):
    """As the web server runs: what it takes in is acted upon by the engine, which row-level security does not bind."""
    (phone,) = phones(town)
    sms = an_sms(town, [phone])
    taken(("brevo/1511",))
    door = address("brevo")
    scope.enter(town_id=None)
    said = [
        {"messageId": 1511, "msg_status": "delivered"},
        {"to": number().decode(), "reply": "STOP"},
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE beffroi_web")
        answer = caller.post(door, data=json.dumps(said), content_type="application/json")
        cursor.execute("RESET ROLE")
    assert answer.status_code == 200

    the_engine_listens()

    assert cast.states(town, sms) == [State.DELIVERED]
    assert people.standing(town, phone).stops


@pytest.mark.parametrize("provider", ["ovh", "brevo"])
@pytest.mark.parametrize("secret", ["x", "é", "A" * 32])
def test_a_forged_secret_is_refused(caller, db, provider, secret):
    assert caller.get(f"{address(provider, secret)}?id=41&ptt=4").status_code == 404
    assert WaitingReceipt.objects.count() == 0


def test_the_secret_of_one_provider_opens_no_other_door(caller, db):
    known = {door.provider: door.secret for door in callbacks.doors()}

    assert caller.get(f"{address('ovh', known['brevo'])}?id=41&ptt=4").status_code == 404


@pytest.mark.parametrize("provider", ["alpha", "nobody"])
def test_who_does_not_tell_by_http_has_no_door(caller, db, provider):
    assert caller.get(f"{address(provider, 'x')}?id=41&ptt=4").status_code == 404


def test_what_is_no_report_is_refused_and_noted_without_its_values(caller, db, caplog):
    response = caller.get(f"{address('ovh')}?numero=0612345678")

    assert response.status_code == 400
    (record,) = [each for each in caplog.records if each.name.startswith("beffroi.")]
    assert (record.provider, record.fields) == ("ovh", "numero")
    assert "0612345678" not in str(vars(record))


def test_too_much_at_once_is_refused(caller, db):
    body = b"[" + b" " * 300_000 + b"]"

    response = caller.post(address("brevo"), data=body, content_type="application/json")

    assert response.status_code == 413


def test_a_body_of_unknown_length_is_refused_rather_than_not_read(caller, db):
    response = caller.post(address("ovh"), {"id": "1"}, headers={"transfer-encoding": "chunked"})

    assert response.status_code == 411


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_door_takes_no_other_method(caller, db, method):
    assert getattr(caller, method)(address("ovh")).status_code == 405


def test_the_operator_is_told_the_addresses(settings, capsys):
    settings.BEFFROI_URL = "https://mairie.example"

    call_command("sms_addresses")

    assert capsys.readouterr().out.splitlines() == [
        f"ovh https://mairie.example{address('ovh')}",
        f"brevo https://mairie.example{address('brevo')}",
    ]


def test_without_such_a_provider_there_is_no_address(settings, capsys):
    settings.BEFFROI_SMS_PROVIDERS = "smpp://smsc.example"

    call_command("sms_addresses")

    assert "Aucun fournisseur" in capsys.readouterr().out
