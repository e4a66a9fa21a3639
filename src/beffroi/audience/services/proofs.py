"""The proof of consent: appended, never changed, and emptied of the person by erasure alone."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from beffroi.audience.channels import EMAIL_ONLY
from beffroi.audience.facts import NoSuchText, Visitor
from beffroi.audience.models import ConsentProof, ConsentText, Subscriber, Theme
from beffroi.audience.words import Origin, ProofAction
from beffroi.towns.models import Agent, Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """How an act of consent reached the town."""

    origin: Origin
    text: ConsentText | None = None
    agent: Agent | None = None
    visitor: Visitor = Visitor()
    form_number: str = ""
    signed_on: date | None = None
    by: Mapping[int, int] | None = None
    """Channels by theme (audience.channels); None: by e-mail."""


def record(
    town: Town,
    subscriber: Subscriber,
    action: ProofAction,
    themes: list[Theme],
    source: Source,
    *,
    at: datetime,
) -> ConsentProof:
    """Adds one proof, with the names the themes bear today."""
    return ConsentProof.objects.create_in(
        town,
        subscriber=subscriber,
        action=action,
        at=at,
        origin=source.origin,
        text=source.text,
        theme_ids=[theme.pk for theme in themes],
        theme_names=[theme.name for theme in themes],
        theme_channels=_channels(themes, source.by),
        form_number=source.form_number,
        signed_on=source.signed_on,
        agent=source.agent,
        technical_origin=coarse(source.visitor.network),
    )


def chosen(proof: ConsentProof) -> dict[int, int]:
    """Theme by theme, the channels that this proof speaks of."""
    agreed = proof.theme_channels or [EMAIL_ONLY] * len(proof.theme_ids)
    return dict(zip(proof.theme_ids, agreed, strict=True))


def _channels(themes: list[Theme], by: Mapping[int, int] | None) -> list[int] | None:
    return None if by is None else [by.get(theme.pk, EMAIL_ONLY) for theme in themes]


def anonymise(town: Town, proofs: "QuerySet[ConsentProof]", *, at: datetime) -> None:
    """Takes the person out of these proofs; what was agreed to, and when, stays."""
    proofs.filter(town=town, anonymised_at=None).update(
        subscriber=None,
        form_number="",
        signed_on=None,
        line=None,
        technical_origin="",
        anonymised_at=at,
    )


def answered(town: Town, given: ConsentProof) -> bool:
    """Whether this request was confirmed already, or overtaken by a change or a departure."""
    later = ConsentProof.objects.of(town).filter(
        subscriber=given.subscriber, pk__gt=given.pk, at__gte=given.at
    )
    overtaken = Q(action__in=(ProofAction.CHANGED, ProofAction.WITHDRAWN))
    confirmed = Q(action=ProofAction.CONFIRMED, theme_ids=given.theme_ids)
    return later.filter(overtaken | confirmed).exists()


def current_text(town: Town) -> ConsentText:
    """Raises: NoSuchText, in a town that was never opened."""
    text = ConsentText.objects.of(town).first()
    if text is None:
        raise NoSuchText(town.pk)
    return text


def text_version(town: Town, version: int) -> ConsentText:
    """Raises: NoSuchText."""
    text = ConsentText.objects.of(town).filter(version=version).first()
    if text is None:
        raise NoSuchText(version)
    return text


def coarse(network: str) -> str:
    """A network address shortened until it is nobody's: 82.64.0.0/16, 2a01:cb00::/32."""
    try:
        address = ipaddress.ip_address(network)
    except ValueError:
        return ""
    length = 16 if address.version == 4 else 32
    return str(ipaddress.ip_network((address, length), strict=False))
