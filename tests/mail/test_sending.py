"""What holders send: signed, under their own names only, with the commission's copy where it belongs."""

import smtplib
import ssl

import dkim
import pytest
from django.utils import timezone

from beffroi.mailhosting.models import DkimKey, Redirect
from tests.mail.clients import TRUSTING, eventually, letter

pytestmark = pytest.mark.mail


def verified(raw: bytes) -> bool:
    """By the public keys in the rows, as a receiver finds them in the DNS."""

    def record(name, timeout=5):
        selector, _, rest = name.decode().rstrip(".").partition("._domainkey.")
        rows = DkimKey.objects.across_towns(why="stands for the DNS")
        key = rows.get(selector=selector, domain__name=rest)
        return f"v=DKIM1; k=rsa; p={key.public_key}".encode()

    return bool(dkim.verify(raw, dnsfunc=record))


def mail(box, subject, **others):
    return letter(subject, sender=box.address.email, **others)


def test_a_holder_writes_to_the_world_and_the_letter_is_signed(stack, arcachon):
    box = stack.box(arcachon)
    stack.send(mail(box, "Réponse"), login=box, sender=box, to="a@monde.example")

    raw = stack.world.got("a@monde.example", "Réponse")

    assert verified(raw)
    assert not verified(raw.replace(b"Un mot.", b"Un autre mot."))


def test_a_new_domain_signs_a_second_later(stack, arcachon):
    domain = stack.domain(arcachon, "bassin.example")
    box = stack.box(arcachon, domain=domain)

    def signed() -> bool:
        to = f"b{stack.names}@monde.example"
        stack.names += 1
        stack.send(mail(box, "Nouveau nom"), login=box, sender=box, to=to)
        raw = stack.world.got(to, "Nouveau nom")
        return b"DKIM-Signature" in raw and verified(raw)

    assert eventually(signed, every_s=0.25)


def test_nobody_sends_without_signing_in_nor_signs_in_in_the_clear(stack, arcachon):
    box = stack.box(arcachon)
    with smtplib.SMTP("127.0.0.1", stack.ports.submission, "pc") as door:
        with pytest.raises(smtplib.SMTPException):
            door.login(box.address.email, "une phrase bien longue")
        door.starttls(context=TRUSTING)
        door.ehlo("pc")
        with pytest.raises(smtplib.SMTPException):
            door.sendmail(box.address.email, ["a@monde.example"], mail(box, "x").as_bytes())
        door.login(box.address.email, "une phrase bien longue")
    with smtplib.SMTP("127.0.0.1", stack.ports.mx, "pc") as door:
        door.ehlo("pc")
        assert not door.has_extn("auth")


@pytest.mark.parametrize("whose", ["colleague", "other town", "nobody here", "the world"])
def test_nobody_sends_under_the_name_of_another(stack, arcachon, marseille, whose):
    box = stack.box(arcachon)
    forged = {
        "colleague": lambda: stack.box(arcachon).address.email,
        "other town": lambda: stack.box(marseille).address.email,
        "nobody here": lambda: "personne@arcachon.example",
        "the world": lambda: "claire@monde.example",
    }[whose]()

    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        stack.send(letter(sender=forged), login=box, sender=forged, to="a@monde.example")
    assert [code for code, _ in caught.value.recipients.values()] == [553]

    with pytest.raises(smtplib.SMTPDataError) as seen:
        stack.send(letter(sender=forged), login=box, sender=box, to="a@monde.example")
    assert seen.value.smtp_code == 554


def test_a_member_writes_as_the_commission_and_every_member_finds_the_copy(stack, arcachon):
    commission = stack.box(arcachon, "commission")
    writer, reader, stranger = (stack.box(arcachon) for _ in range(3))
    stack.join(commission, writer)
    stack.join(commission, reader, may_send_as=False)

    stack.send(mail(commission, "Avis"), login=writer, sender=commission, to="c@monde.example")

    assert verified(stack.world.got("c@monde.example", "Avis"))
    with stack.inbox(reader) as inbox:
        assert inbox.holds("Avis", f"Partage/{commission.address.email}/Sent")
    for other in (reader, stranger):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            stack.send(mail(commission, "Faux"), login=other, sender=commission, to=writer)


def test_an_outsider_who_forges_the_commission_adds_nothing_to_its_sent(stack, arcachon):
    commission, member = stack.box(arcachon, "commission"), stack.box(arcachon)
    stack.join(commission, member)
    stack.bring(mail(commission, "Forgé"), to=member, sender=commission.address.email)

    with stack.inbox(member) as inbox:
        assert inbox.holds("Forgé")
        assert inbox.subjects(f"Partage/{commission.address.email}/Sent") == []


def test_what_the_world_forges_is_never_signed_even_when_it_is_sent_on(stack, arcachon):
    box = stack.box(arcachon)
    Redirect.objects.create_in(
        arcachon, mailbox=box, to="d@monde.example", since=timezone.now(), keep_copy=True
    )
    stack.bring(mail(box, "Faux maire"), to=box)

    raw = stack.world.got("d@monde.example", "Faux maire")

    assert b"DKIM-Signature" not in raw
    with stack.inbox(box) as inbox:
        assert inbox.holds("Faux maire")


def test_the_ports_of_holders_speak_modern_tls_only(stack):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    for port in (stack.ports.submissions, stack.ports.imaps):
        with (
            pytest.raises((ssl.SSLError, OSError)),
            smtplib.SMTP_SSL("127.0.0.1", port, "pc", context=old, timeout=10),
        ):
            pass
