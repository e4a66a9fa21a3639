"""What the world sees at a name, and what that is worth."""

from dataclasses import dataclass
from enum import StrEnum

from beffroi.kit.mail_records.wanted import Wanted


class Status(StrEnum):
    FOUND = "found"
    NOTHING = "nothing"
    """The name or the type does not exist."""
    NO_DOMAIN = "no_domain"
    """The domain itself does not exist, or nobody answers for it."""
    SILENT = "silent"
    """Nobody answered: nothing is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: Status
    values: tuple[str, ...] = ()
    ttl_s: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """One name asked of the domain's own servers and of a public resolver."""

    authority: Answer
    world: Answer


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Fact(StrEnum):
    """One sentence each, in mailhosting/words.py."""

    RIGHT = "right"
    MISSING = "missing"
    NOT_YET_EVERYWHERE = "not_yet_everywhere"
    NO_DOMAIN = "no_domain"
    NO_ANSWER = "no_answer"
    BROKEN = "broken"
    SEVERAL = "several"
    ELSEWHERE = "elsewhere"
    MX_SHARED = "mx_shared"
    MX_SPARE = "mx_spare"
    MX_NULL = "mx_null"
    SPF_WITHOUT_US = "spf_without_us"
    SPF_BEHIND_ALL = "spf_behind_all"
    SPF_OPEN = "spf_open"
    SPF_NEUTRAL = "spf_neutral"
    SPF_BY_MX = "spf_by_mx"
    SPF_TOO_LONG = "spf_too_long"
    DKIM_OTHER_KEY = "dkim_other_key"
    DKIM_TESTING = "dkim_testing"
    DKIM_AWAITED = "dkim_awaited"
    DMARC_WATCHES_ONLY = "dmarc_watches_only"
    DMARC_IN_PART = "dmarc_in_part"
    REPORTS_ELSEWHERE = "reports_elsewhere"
    STS_OLD = "sts_old"
    SITE_ELSEWHERE = "site_elsewhere"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    wanted: Wanted
    light: Light
    fact: Fact
    seen: tuple[str, ...] = ()
    wait_s: int = 0
    """How long others may still keep what was there before."""
