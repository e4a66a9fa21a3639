"""What a box's signature is made of."""

from dataclasses import dataclass

from beffroi.mailhosting.models import Mailbox, Signature, SignatureTemplate
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Common:
    """What all the town's signatures share."""

    with_arms: bool = True
    with_address: bool = True
    announcement: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What one box adds."""

    job: str = ""
    telephone: str = ""


def common(town: Town) -> Common:
    row = SignatureTemplate.objects.of(town).first()
    if row is None:
        return Common()
    return Common(
        with_arms=row.with_arms, with_address=row.with_address, announcement=row.announcement
    )


def own(town: Town, box: Mailbox) -> Own:
    row = Signature.objects.of(town).filter(mailbox=box).first()
    return Own(job=row.job, telephone=row.telephone) if row else Own()
