"""What mail hosts report of the demonstration's domain: a month of DMARC and TLS, taken in as if they had come by mail."""

import gzip
import json
from datetime import datetime, timedelta
from email.message import EmailMessage

from beffroi.mailhosting import report_addresses
from beffroi.mailhosting.models import Domain
from beffroi.mailhosting.services import mail_reports

HOSTS = (("google.com", 214, 2), ("Orange", 167, 0), ("Microsoft Corporation", 96, 4))
"""(who reports, letters that were proved, letters that were not)."""
OURS, FORGER = "192.0.2.25", "198.51.100.77"


def bring(domain: Domain, *, now: datetime) -> None:
    for number, (host, good, bad) in enumerate(HOSTS, start=1):
        end = now - timedelta(days=number)
        for document in (
            _dmarc(domain.name, host, good, bad, end=end),
            _tls(domain.name, host, good, end=end),
        ):
            letter = EmailMessage()
            letter.add_attachment(
                gzip.compress(document), maintype="application", subtype="gzip", filename="r.gz"
            )
            recipient = report_addresses.address_of(domain.pk)
            mail_reports.receive(letter.as_bytes(), recipient=recipient, at=now)


def _dmarc(name: str, host: str, good: int, bad: int, *, end: datetime) -> bytes:
    begin = end - timedelta(days=1)
    rows = "".join(
        f"<record><row><source_ip>{source}</source_ip><count>{count}</count><policy_evaluated>"
        f"<disposition>{disposition}</disposition><dkim>{result}</dkim><spf>{result}</spf>"
        "</policy_evaluated></row></record>"
        for source, count, disposition, result in (
            (OURS, good, "none", "pass"),
            (FORGER, bad, "quarantine", "fail"),
        )
        if count
    )
    return (
        f"<feedback><report_metadata><org_name>{host}</org_name><report_id>{end:%Y%m%d}</report_id>"
        f"<date_range><begin>{int(begin.timestamp())}</begin><end>{int(end.timestamp())}</end></date_range></report_metadata>"
        f"<policy_published><domain>{name}</domain><p>quarantine</p></policy_published>{rows}</feedback>"
    ).encode()


def _tls(name: str, host: str, good: int, *, end: datetime) -> bytes:
    begin = end - timedelta(days=1)
    report = {
        "organization-name": host,
        "report-id": f"{end:%Y%m%d}",
        "date-range": {"start-datetime": begin.isoformat(), "end-datetime": end.isoformat()},
        "policies": [
            {
                "policy": {"policy-type": "sts", "policy-domain": name},
                "summary": {
                    "total-successful-session-count": good,
                    "total-failure-session-count": 0,
                },
            }
        ],
    }
    return json.dumps(report).encode()
