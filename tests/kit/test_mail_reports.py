"""Reports as mail hosts send them, and as attackers do."""

import gzip
import io
import json
import zipfile
from email.message import EmailMessage

import pytest

from beffroi.kit.mail_reports import dmarc, tls, unpack
from beffroi.kit.mail_reports.unpack import NoReport

DMARC = """<?xml version="1.0" encoding="UTF-8" ?>
<feedback{space}><version>1.0</version>
<report_metadata><org_name>google.com</org_name><email>noreply@google.com</email>
<report_id>123</report_id><date_range><begin>1800000000</begin><end>1800086399</end></date_range>
</report_metadata>
<policy_published><domain>Exempleville.fr</domain><p>quarantine</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>41</count><policy_evaluated>
<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row></record>
<record><row><source_ip>2001:db8::9</source_ip><count>3</count><policy_evaluated>
<disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row></record>
</feedback>"""
TLS = {
    "organization-name": "Microsoft Corporation",
    "date-range": {
        "start-datetime": "2026-11-25T00:00:00Z",
        "end-datetime": "2026-11-25T23:59:59Z",
    },
    "report-id": "77",
    "policies": [
        {
            "policy": {"policy-type": "sts", "policy-domain": "exempleville.fr"},
            "summary": {"total-successful-session-count": 12, "total-failure-session-count": 2},
            "failure-details": [
                {"result-type": "certificate-expired", "failed-session-count": 2},
            ],
        }
    ],
}


def zipped(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(files):
            archive.writestr(f"report-{number}.xml", content)
    return out.getvalue()


def letter(attachment, kind="application/octet-stream"):
    message = EmailMessage()
    message["Subject"] = "Report Domain: exempleville.fr"
    message.set_content("This is an aggregate report.")
    main, _, sub = kind.partition("/")
    message.add_attachment(attachment, maintype=main, subtype=sub, filename="whatever.txt")
    return message.as_bytes()


@pytest.mark.parametrize("pack", [gzip.compress, zipped, bytes])
@pytest.mark.parametrize("space", ["", ' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"'])
def test_a_dmarc_report_is_read_however_it_is_packed(pack, space):
    (document,) = unpack.documents(letter(pack(DMARC.format(space=space).encode())))
    report = dmarc.read(document)

    assert (report.reporter, report.number) == ("google.com", "123")
    assert report.domain == "exempleville.fr"
    assert (report.ends - report.begins).total_seconds() == 86399
    assert [(row.source, row.count, row.proved) for row in report.rows] == [
        ("192.0.2.1", 41, True),
        ("2001:db8::9", 3, False),
    ]
    assert report.rows[1].disposition == "quarantine"


def test_a_tls_report_is_read():
    raw = letter(gzip.compress(json.dumps(TLS).encode()), "application/tlsrpt+gzip")
    report = tls.read(unpack.documents(raw)[0])

    assert report.reporter == "Microsoft Corporation"
    (policy,) = report.policies
    assert (policy.domain, policy.succeeded, policy.failed) == ("exempleville.fr", 12, 2)
    assert policy.failures[0].reason == "certificate-expired"


@pytest.mark.parametrize(
    ("attachment", "why"),
    [
        (gzip.compress(b"<a>" + b"a" * 9_000_000, mtime=0), "too large"),
        (zipped(b"<a>" + b"a" * 9_000_000), "too large"),
        (zipped(b"<a/>", b"<b/>"), "several files"),
        (gzip.compress(b"<a/>", mtime=0)[:-6], "cannot be expanded"),
        (b"PK\x03\x04nonsense", "cannot be expanded"),
        (b"%PDF-1.4", "no report"),
    ],
)
def test_bombs_and_what_is_no_report_are_refused(attachment, why):
    with pytest.raises(NoReport, match=why):
        unpack.documents(letter(attachment))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (ENTITIES + DMARC[39:].format(space=""), "document type"),
        (DMARC.format(space="").replace("192.0.2.1", "somewhere"), "address"),
        (DMARC.format(space="").replace("1800000000", "99999999999999"), "date"),
        (DMARC.format(space="").replace("</feedback>", ""), "not XML"),
        ("<html/>", "another document"),
    ],
)
def test_hostile_or_broken_xml_is_refused(document, why):
    with pytest.raises(NoReport, match=why):
        dmarc.read(document.encode())


@pytest.mark.parametrize(
    "document",
    [b"{}", b"[" * 100_000, b'{"policies": 4}', json.dumps({**TLS, "date-range": {}}).encode()],
)
def test_broken_json_is_refused(document):
    with pytest.raises(NoReport):
        tls.read(document)
