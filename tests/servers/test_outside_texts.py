"""The telephones of the outside world: what they show, and that a person can answer."""

import pytest

from beffroi.gateways.parcels import Parcel, ReportKind, Verdict
from beffroi.gateways.sms.gateway import SmsGateway
from beffroi.gateways.sms.providers import providers_from
from tests.instance.whole import wait_until

NUMBER = "+33639981234"


@pytest.fixture
def gateway(outside):
    urls = " ".join(
        f"smpp://{name}:x@127.0.0.1:{outside.sms}?name={name}&weight={weight}&per_s=500"
        for name, weight in (("alpha", 60), ("beta", 40))
    )
    with SmsGateway(providers_from(urls)) as opened:
        yield opened


def send(gateway, *texts: str, number: str = NUMBER):
    return gateway.send(
        Parcel(n, b"ARCACHON", number.encode(), text.encode()) for n, text in enumerate(texts)
    )


def test_sms_are_shown_whole_newest_first_found_and_survive_a_kill(outside, gateway):
    long = "Vigilance orange, restez à l’abri. " * 6
    assert {outcome.verdict for outcome in send(gateway, "Marché déplacé", long)} == {
        Verdict.ACCEPTED
    }
    page = outside.get("/sms")
    assert page.index(long.strip()) < page.index("Marché déplacé")
    assert "06\N{NO-BREAK SPACE}39\N{NO-BREAK SPACE}98" in page and '<html lang="fr">' in page
    assert "Marché" not in outside.get("/sms?q=vigilance")
    assert "Marché" in outside.get("/sms?q=06+39+98+12+34")
    outside.stop("kill")
    outside.start()
    assert [text["text"] for text in outside.texts(f"?number={NUMBER[1:]}")] == [
        "Marché déplacé",
        long,
    ]


def test_a_person_who_answers_stop_is_heard_and_sees_it(outside, gateway):
    send(gateway, "Marché déplacé : https://arcachon.example/m/12.")
    assert '<a href="https://arcachon.example/m/12">' in outside.get("/sms/1")
    page = outside.post("/sms/1/reponse", texte="STOP")
    assert "Votre réponse est partie" in page and "STOP</p>" in page

    def stopped():
        reports = gateway.inbox.take(10)
        gateway.inbox.kept(reports)
        return [r for r in reports if r.kind is ReportKind.REPLY and r.text == "STOP"]

    wait_until(stopped, 30, "the answer")


def test_nobody_is_told_that_an_answer_left_when_nobody_listens(outside):
    with SmsGateway(providers_from(f"smpp://a:x@127.0.0.1:{outside.sms}?name=a&per_s=500")) as once:
        send(once, "Bonjour")
    outside.stop("kill")  # a connection that has just ended may still be thought open
    outside.start()
    page = outside.post("/sms/1/reponse", texte="Merci")
    assert "n’est pas partie" in page and [t["text"] for t in outside.texts()] == ["Bonjour"]


def test_an_account_that_is_closed_leaves_all_to_the_other(outside, gateway):
    wait_until(lambda: "Fermer le compte beta" in outside.get("/sms"), 30, "both are bound")
    assert "Rouvrir le compte alpha" in outside.post("/operateur/alpha/fermer")
    outcomes = send(gateway, *["Bonjour"] * 20)
    used = {ref.partition("/")[0] for outcome in outcomes for ref in outcome.references}
    assert used == {"beta"}
    assert "Fermer le compte alpha" in outside.post("/operateur/alpha/ouvrir")


def test_the_tabs_lead_to_what_is_empty_yet_and_to_what_is_not_there(outside):
    assert "Rien n’est encore arrivé" in outside.get("/notifications")
    assert "Aucun SMS n’est encore arrivé" in outside.get("/sms")
    with pytest.raises(OSError, match="404"):
        outside.get("/sms/7")
