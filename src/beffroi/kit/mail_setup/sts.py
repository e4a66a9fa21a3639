"""MTA-STS: « mail for this domain comes to these servers, under TLS » (RFC 8461)."""

import hashlib

MAX_AGE_S = 7 * 24 * 3600  # RFC 8461, 3.2 advises weeks; a week forgives a mistake
CONTENT_TYPE = "text/plain; charset=utf-8"


def policy(mail_hosts: tuple[str, ...], *, mode: str = "enforce") -> str:
    """Lines end as in mail (RFC 8461, 3.2)."""
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in mail_hosts)]
    return "\r\n".join([*lines, f"max_age: {MAX_AGE_S}", ""])


def policy_id(text: str) -> str:
    """Changes when the policy does, and only then."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]
