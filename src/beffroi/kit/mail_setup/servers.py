"""Where a mail program finds our servers."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Servers:
    host: str
    imaps_port: int = 993  # RFC 8314
    submissions_port: int = 465
    submission_port: int = 587
