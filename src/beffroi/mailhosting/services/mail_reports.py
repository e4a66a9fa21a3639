"""Takes in what mail hosts report of a domain."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction

from beffroi.kit.mail_reports import dmarc, tls, unpack
from beffroi.kit.mail_reports.unpack import NoReport
from beffroi.kit.tokens import BadToken
from beffroi.mailhosting import report_addresses
from beffroi.mailhosting.models import Domain, MailReport
from beffroi.towns.models import Town

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=90)
_DETAILS = 20


def receive(raw: bytes, *, recipient: str, at: datetime) -> int:
    """How many reports were kept. What is none, or is not of the domain of that address, is put away without a word."""
    try:
        domain_id = report_addresses.domain_of(recipient)
        documents = unpack.documents(raw)
    except (BadToken, NoReport) as nothing:
        log.warning("mail_report.refused", extra={"reason": type(nothing).__name__})
        return 0
    why = "the address of a report names its domain, and the domain its town"
    domain = (
        Domain.objects.across_towns(why=why).select_related("town").filter(pk=domain_id).first()
    )
    if domain is None:
        return 0
    return sum(_keep(domain.town, domain, document, at=at) for document in documents)


def _keep(town: Town, domain: Domain, document: bytes, *, at: datetime) -> int:
    try:
        found = (
            _tls(domain, document) if document.lstrip()[:1] == b"{" else _dmarc(domain, document)
        )
    except NoReport as nothing:
        log.warning("mail_report.refused", extra={"domain_id": domain.pk, "reason": str(nothing)})
        return 0
    with transaction.atomic():
        same = MailReport.objects.of(town).filter(
            domain=domain, kind=found.kind, reporter=found.reporter, number=found.number
        )
        if same.exists():
            return 0
        found.town, found.received_at = town, at
        MailReport.objects.bulk_create_in(town, [found], ignore_conflicts=True)
    return 1


def _dmarc(domain: Domain, document: bytes) -> MailReport:
    report = dmarc.read(document)
    if report.domain != domain.name:
        raise NoReport("another domain")
    bad: Counter[str] = Counter()
    for row in report.rows:
        if not row.proved:
            bad[row.source] += row.count
    return MailReport(
        domain=domain,
        kind=MailReport.Kind.DMARC,
        reporter=report.reporter,
        number=report.number,
        begins=report.begins,
        ends=report.ends,
        good=_bounded(sum(row.count for row in report.rows if row.proved)),
        bad=_bounded(bad.total()),
        details=bad.most_common(_DETAILS),
    )


def _tls(domain: Domain, document: bytes) -> MailReport:
    report = tls.read(document)
    ours = [policy for policy in report.policies if policy.domain == domain.name]
    if not ours:
        raise NoReport("another domain")
    bad: Counter[str] = Counter()
    for policy in ours:
        for failure in policy.failures:
            bad[failure.reason] += failure.count
    return MailReport(
        domain=domain,
        kind=MailReport.Kind.TLS,
        reporter=report.reporter,
        number=report.number,
        begins=report.begins,
        ends=report.ends,
        good=_bounded(sum(policy.succeeded for policy in ours)),
        bad=_bounded(sum(policy.failed for policy in ours)),
        details=bad.most_common(_DETAILS),
    )


def _bounded(count: int) -> int:
    return min(count, 2**31 - 1)


def forget_old(town: Town, *, at: datetime) -> int:
    gone, _ = MailReport.objects.of(town).filter(received_at__lt=at - KEPT_FOR).delete()
    return gone
