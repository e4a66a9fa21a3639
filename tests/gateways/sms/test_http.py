"""HTTP providers, against a local server that answers as their documentation says."""

import hashlib
import json
import threading

import pytest

from beffroi.gateways.parcels import Manner, Parcel, Stage, Verdict
from beffroi.gateways.sms.gateway import SmsGateway
from beffroi.gateways.sms.providers import providers_from
from beffroi.servers.ports import free_port
from tests.gateways.sms.http_provider import Provider

NUMBER = "+33639981234"


@pytest.fixture
def provider():
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def send(urls: str, *texts: str):
    with SmsGateway(providers_from(urls)) as gateway:
        return gateway.send(
            Parcel(n, b"ARCACHON", NUMBER.encode(), text.encode(), Manner(ttl_s=3_600))
            for n, text in enumerate(texts)
        )


def ovh(provider) -> str:
    return f"ovh://key:secret@Consumer/sms-ab12345-1?name=ovh&per_s=500&base={provider.base}"


def brevo(provider) -> str:
    return f"brevo://:api-key@brevo?name=brevo&base={provider.base}"


OVH_ANSWER = {"ids": [1234], "validReceivers": [NUMBER], "invalidReceivers": []}


def test_ovhcloud_gets_a_signed_job_for_one_number(provider):
    provider.answers = [(200, OVH_ANSWER)]
    (outcome,) = send(ovh(provider), "Marché déplacé {sender}")
    assert (outcome.verdict, outcome.references) == (Verdict.ACCEPTED, ("ovh/1234",))
    (path, headers, body) = provider.asked[0]
    told = json.loads(body)
    assert path == "/sms/sms-ab12345-1/jobs"
    assert told["receivers"] == [NUMBER] and told["message"] == "Marché déplacé {sender}"
    assert told["noStopClause"] is True and told["validityPeriod"] == 60
    stamp = headers["X-Ovh-Timestamp"]
    signed = f"secret+Consumer+POST+{provider.base}{path}+{body}+{stamp}"
    assert headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(signed.encode()).hexdigest()


def test_a_number_that_ovhcloud_does_not_serve_is_refused(provider):
    provider.answers = [(200, {**OVH_ANSWER, "ids": [], "invalidReceivers": [NUMBER]})]
    (outcome,) = send(ovh(provider), "Bonjour")
    assert (outcome.verdict, outcome.stage) == (Verdict.REFUSED, Stage.RECIPIENT)


@pytest.mark.parametrize("odd", [True, 1, {"count": 0}, "", None])
def test_an_odd_answer_beside_an_identifier_stops_nothing(provider, odd):
    provider.answers = [(200, {**OVH_ANSWER, "invalidReceivers": odd})]
    (outcome,) = send(ovh(provider), "Bonjour")
    assert (outcome.verdict, outcome.references) == (Verdict.ACCEPTED, ("ovh/1234",))


def test_brevo_gets_the_digits_and_is_told_of_unicode(provider):
    provider.answers = [(201, {"messageId": 1511882900176220, "reference": "ab1cde"})]
    plain, unicode = send(brevo(provider), "Bonjour", "Fête")
    assert plain.references == ("brevo/1511882900176220",) and unicode.references
    told = {json.loads(body)["content"]: json.loads(body) for _, _, body in provider.asked}
    assert told["Bonjour"]["recipient"] == NUMBER[1:]
    assert (told["Bonjour"]["unicodeEnabled"], told["Fête"]["unicodeEnabled"]) == (False, True)
    assert provider.asked[0][1]["api-key"] == "api-key"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.REFUSED),
        (402, Verdict.RETRY),
        (401, Verdict.RETRY),
        (500, Verdict.RETRY),
        (502, Verdict.AMBIGUOUS),
    ],
)
def test_each_status_has_its_verdict(provider, status, verdict):
    provider.answers = [(status, {"message": "no"})]
    (outcome,) = send(brevo(provider), "Bonjour")
    assert (outcome.verdict, outcome.code, outcome.text) == (verdict, status, "no")


def test_too_fast_is_waited_out_and_costs_no_retry(provider):
    provider.answers = [(429, {}), (429, {}), (201, {"messageId": 7})]
    (outcome,) = send(brevo(provider), "Bonjour")
    assert outcome.verdict is Verdict.ACCEPTED and len(provider.asked) == 3


def test_connections_are_kept_and_several_work_at_once(provider):
    provider.answers = [(201, {"messageId": 7})]
    outcomes = send(brevo(provider) + "&per_s=5000&window=8", *["Bonjour"] * 200)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert provider.connections <= 8


def test_a_provider_of_the_operators_own_is_described_in_a_file(provider, tmp_path):
    provider.answers = [(200, {"result": {"sms": [{"id": "abc"}]}})]
    description = tmp_path / "autre.json"
    description.write_text(
        json.dumps(
            {
                "url": f"{provider.base}/envoi",
                "headers": {"Authorization": "Bearer x"},
                "form": True,
                "body": {"numero": "{digits}", "message": "De {sender} : {text}"},
                "reference": "result.sms.0.id",
            }
        )
    )
    (outcome,) = send(f"file://{description}?name=autre", "Bonjour")
    assert outcome.references == ("autre/abc",)
    assert provider.asked[0][2] == "numero=33639981234&message=De+ARCACHON+%3A+Bonjour"


def test_nobody_there_means_the_other_provider(provider):
    provider.answers = [(201, {"messageId": 7})]
    gone = f"brevo://:k@brevo?name=gone&weight=99&base=http://127.0.0.1:{free_port()}"
    outcomes = send(f"{gone} {brevo(provider)}&weight=1", *["Bonjour"] * 10)
    assert {outcome.references for outcome in outcomes} == {("brevo/7",)}


def test_nobody_there_at_all_means_retry_with_the_reason():
    url = f"brevo://:k@brevo?name=gone&base=http://127.0.0.1:{free_port()}"
    (outcome,) = send(url, "Bonjour")
    assert (outcome.verdict, outcome.stage) == (Verdict.RETRY, Stage.CONNECT)
