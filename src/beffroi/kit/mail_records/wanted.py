"""The records that a domain should have, as registrars ask for them."""

from dataclasses import dataclass
from enum import StrEnum

from beffroi.kit.mail_records import spf, tags

TTL_S = 3600
MX_PREFERENCE = 10


class Kind(StrEnum):
    MX = "mx"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    TLS_RPT = "tls_rpt"
    MTA_STS = "mta_sts"
    MTA_STS_HOST = "mta_sts_host"
    AUTOCONFIG = "autoconfig"
    AUTODISCOVER = "autodiscover"
    SRV_IMAPS = "srv_imaps"
    SRV_SUBMISSIONS = "srv_submissions"
    SRV_SUBMISSION = "srv_submission"
    WWW = "www"


class Type(StrEnum):
    MX = "MX"
    TXT = "TXT"
    CNAME = "CNAME"
    SRV = "SRV"
    A = "A"
    AAAA = "AAAA"


INSTEAD_OF_AN_ALIAS = (Type.CNAME, Type.A, Type.AAAA)
"""A name that is an alias is nothing else (RFC 1034, 3.6.2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What the operator's installation is called from outside."""

    mail_host: str
    web_host: str
    """Empty where the site has no name yet: then nothing can lead to it."""
    spf_include: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    selector: str
    public: str
    """Base64 of the public key, as `p=` takes it."""
    awaited: bool
    """Published ahead: nothing is signed with it yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    kind: Kind
    name: str
    """Whole, without a final dot."""
    type: Type
    value: str
    """As it is read: no quotes, no final dots."""
    awaited: bool = False


def records(
    domain: str, *, house: House, keys: tuple[Key, ...], reports_to: str, sts_id: str
) -> tuple[Wanted, ...]:
    """`reports_to`: the address that reads reports of DMARC and TLS for this domain."""
    uri = f"mailto:{reports_to}"

    def one(kind: Kind, label: str, type_: Type, value: str) -> Wanted:
        return Wanted(
            kind=kind, name=f"{label}.{domain}" if label else domain, type=type_, value=value
        )

    def door(kind: Kind, service: str, port: int) -> Wanted:
        return one(kind, f"_{service}._tcp", Type.SRV, f"0 1 {port} {house.mail_host}")

    def alias(kind: Kind, label: str) -> tuple[Wanted, ...]:
        return (one(kind, label, Type.CNAME, house.web_host),) if house.web_host else ()

    policy = {"v": "DMARC1", "p": "quarantine", "rua": uri}
    return (
        one(Kind.MX, "", Type.MX, f"{MX_PREFERENCE} {house.mail_host}"),
        one(Kind.SPF, "", Type.TXT, spf.fresh(house.spf_include)),
        *(_key(domain, key) for key in keys),
        one(Kind.DMARC, "_dmarc", Type.TXT, tags.write(policy)),
        one(Kind.MTA_STS, "_mta-sts", Type.TXT, tags.write({"v": "STSv1", "id": sts_id})),
        *alias(Kind.MTA_STS_HOST, "mta-sts"),
        one(Kind.TLS_RPT, "_smtp._tls", Type.TXT, tags.write({"v": "TLSRPTv1", "rua": uri})),
        *alias(Kind.AUTOCONFIG, "autoconfig"),
        *alias(Kind.AUTODISCOVER, "autodiscover"),
        door(Kind.SRV_IMAPS, "imaps", 993),
        door(Kind.SRV_SUBMISSIONS, "submissions", 465),
        door(Kind.SRV_SUBMISSION, "submission", 587),
        *alias(Kind.WWW, "www"),
    )


def _key(domain: str, key: Key) -> Wanted:
    return Wanted(
        kind=Kind.DKIM,
        name=f"{key.selector}._domainkey.{domain}",
        type=Type.TXT,
        value=tags.write({"v": "DKIM1", "k": "rsa", "p": key.public}),
        awaited=key.awaited,
    )


def quoted(text: str) -> str:
    """A text as zone files write it: quoted, in pieces of 255 bytes at most (RFC 1035, 3.3)."""
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)] or [""]
    escaped = (piece.replace("\\", "\\\\").replace('"', '\\"') for piece in pieces)
    return " ".join(f'"{piece}"' for piece in escaped)


def unquoted(text: str) -> str:
    """The reverse, with or without quotes around it: registrars show both."""
    inner = text.strip().removeprefix('"').removesuffix('"')
    return inner.replace('" "', "").replace('\\"', '"').replace("\\\\", "\\")
