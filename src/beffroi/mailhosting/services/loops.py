"""Does a letter to the domain come back? One is sent to an alias of the domain that leads back here.

Out by the relay, in by the domain's MX, through the alias, out again, and in by the return domain: what a
correspondent's letter crosses, and what an answer crosses, every hour.
"""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from django.conf import settings
from django.utils.translation import gettext

from beffroi.gateways import single
from beffroi.gateways.relay import relay_from_url
from beffroi.kit.tokens import BadToken
from beffroi.mailhosting import names, report_addresses
from beffroi.mailhosting.models import Address, Domain, LoopTest
from beffroi.mailhosting.models.domains import LIVE
from beffroi.mailhosting.services import aliases, domains
from beffroi.mailhosting.services.aliases import Targets
from beffroi.towns.models import Town

HEADER = "X-Beffroi-Essai"
KEPT_FOR = timedelta(days=14)


def send(town: Town, domain_id: int, *, at: datetime) -> LoopTest | None:
    """None for a domain that receives nothing yet."""
    domain = Domain.objects.of(town).filter(pk=domain_id, state__in=LIVE).first()
    if domain is None:
        return None
    LoopTest.objects.of(town).filter(sent_at__lt=at - KEPT_FOR).delete()
    _alias(town, domain, at=at)
    test = LoopTest.objects.create_in(town, domain=domain, sent_at=at, accepted=False)
    test.accepted = single.send(
        relay_from_url(settings.BEFFROI_SMTP_URL),
        _letter(domain, test, at=at),
        sender=report_addresses.loop_address_of(domain.pk),
        recipient=f"{names.LOOP}@{domain.name}",
    )
    test.save(update_fields=["accepted"])
    return test


def receive(raw: bytes, *, recipient: str, at: datetime) -> bool:
    """The letter is back; the first that works shows that the domain works."""
    try:
        domain_id = report_addresses.domain_of_loop(recipient)
    except BadToken:
        return False
    why = "the address of a test letter names its domain, and the domain its town"
    domain = (
        Domain.objects.across_towns(why=why).select_related("town").filter(pk=domain_id).first()
    )
    number = _number(raw)
    if domain is None or number is None:
        return False
    town = domain.town
    waiting = LoopTest.objects.of(town).filter(domain=domain, pk=number, back_at=None)
    if not waiting.update(back_at=at):
        return False
    if domain.state == Domain.State.PUBLISHED:
        domains.move(town, domain.pk, Domain.State.WORKING, by=None, at=at)
    return True


def _alias(town: Town, domain: Domain, *, at: datetime) -> None:
    if not Address.objects.of(town).filter(domain=domain, local_part=names.LOOP).exists():
        back = Targets(outside=(report_addresses.loop_address_of(domain.pk),))
        aliases.create(town, domain.pk, names.LOOP, back, by=None, at=at)


def _letter(domain: Domain, test: LoopTest, *, at: datetime) -> bytes:
    letter = EmailMessage()
    letter["From"] = report_addresses.loop_address_of(domain.pk)
    letter["To"] = f"{names.LOOP}@{domain.name}"
    letter["Subject"] = gettext("Essai du courrier de %(name)s") % {"name": domain.name}
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<essai-{test.pk}@{settings.BEFFROI_RETURN_DOMAIN}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter[HEADER] = str(test.pk)
    letter.set_content(
        gettext(
            "Cette lettre fait l’aller et retour toute seule\N{NO-BREAK SPACE}; personne n’y répond."
        )
    )
    return letter.as_bytes()


def _number(raw: bytes) -> int | None:
    said = str(BytesHeaderParser().parsebytes(raw).get(HEADER, "")).strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
