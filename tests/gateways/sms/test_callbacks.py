"""What HTTP providers tell later, in the requests that their documentation shows."""

import json

import pytest

from beffroi.gateways.parcels import Report, ReportKind
from beffroi.gateways.sms import callbacks
from beffroi.gateways.sms.callbacks import BREVO, MAX_TEXT, OVH, Unreadable, declared
from beffroi.gateways.sms.providers import BadProvider, HttpProvider, providers_from

OTHER = declared(
    {
        "events": "results",
        "reference": "messageId",
        "statuses": [
            {
                "at": "status.name",
                "delivered": ["DELIVERED"],
                "failed": ["EXPIRED"],
                "stopped": ["OPT_OUT"],
            }
        ],
        "code": "error.id",
        "sender": "from",
        "text": "text",
        "to": "to",
    }
)


def told(callback, *, query="", body=b""):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return callbacks.read(callback, provider="a", query=query, body=raw)


def kind(callback, **said):
    (report,) = told(callback, **said)
    return report.kind


def test_ovh_tells_of_a_delivery_in_the_address():
    query = (
        "id=42&ptt=4&date=20260101120000&description=1&descriptionDlr=The+message+was+delivered."
    )

    assert told(OVH, query=query) == [Report(ReportKind.DELIVERED, "a", "a/42", 4)]


@pytest.mark.parametrize(
    ("ptt", "dlr", "expected"),
    [
        ("4", "1", ReportKind.DELIVERED),
        ("23", "2", ReportKind.FAILED),
        ("202", "", ReportKind.FAILED),
        ("1", "4", ReportKind.ON_ITS_WAY),
        ("3", "1", ReportKind.ON_ITS_WAY),
        ("6", "2", ReportKind.ON_ITS_WAY),
        ("0", "1", ReportKind.DELIVERED),
        ("999", "16", ReportKind.FAILED),
        ("999", "8", ReportKind.ON_ITS_WAY),
    ],
)
def test_ovh_s_own_code_decides_and_the_network_s_where_it_is_unknown(ptt, dlr, expected):
    assert kind(OVH, query=f"id=42&ptt={ptt}&description={dlr}") is expected


def test_ovh_brings_an_answer():
    assert told(OVH, query="id=7&sender=%2B33612345678&message=Arr%C3%AAt") == [
        Report(ReportKind.REPLY, "a", "", sender=b"+33612345678", text="Arrêt")
    ]


def brevo(status, **more):
    return {
        "id": 26570,
        "to": "33612345678",
        "sms_count": 1,
        "credits_used": 1.5,
        "messageId": 1511882900176220,
        "remaining_credit": 11488.845,
        "msg_status": status,
        "date": "2026-01-01 12:00:00",
        "type": "transactional",
        "reference": "ab1cde2fgh3i4jklmno",
        **more,
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("sent", ReportKind.ON_ITS_WAY),
        ("accepted", ReportKind.ON_ITS_WAY),
        ("delivered", ReportKind.DELIVERED),
        ("soft_bounce", ReportKind.FAILED),
        ("hard_bounce", ReportKind.FAILED),
    ],
)
def test_brevo_tells_of_a_delivery_in_json(status, expected):
    (report,) = told(BREVO, body=brevo(status))

    assert (report.kind, report.reference) == (expected, "a/1511882900176220")


def test_brevo_brings_answers_and_unsubscriptions():
    answer, stop = told(BREVO, body=[brevo("replied", reply="Merci"), brevo("unsubscribe")])

    assert (answer.kind, answer.sender, answer.text) == (
        ReportKind.REPLY,
        b"+33612345678",
        "Merci",
    )
    assert (stop.kind, stop.sender, stop.text) == (ReportKind.REPLY, b"+33612345678", "STOP")


def test_another_provider_s_words_are_the_operator_s_to_declare():
    events = {
        "results": [
            {"messageId": "x-1", "status": {"name": "DELIVERED"}, "error": {"id": 0}},
            {"messageId": "x-2", "status": {"name": "EXPIRED"}, "error": {"id": 27}},
            {"messageId": "x-3", "status": {"name": "EN_ROUTE"}},
            {"status": {"name": "DELIVERED"}},
            {"from": "33612345678", "to": "36180", "text": "Oui"},
        ]
    }

    assert told(OTHER, body=events) == [
        Report(ReportKind.DELIVERED, "a", "a/x-1"),
        Report(ReportKind.FAILED, "a", "a/x-2", 27),
        Report(ReportKind.ON_ITS_WAY, "a", "a/x-3"),
        Report(ReportKind.REPLY, "a", "", sender=b"+33612345678", to="36180", text="Oui"),
    ]


def test_a_form_says_the_same_as_an_address():
    assert told(OVH, body=b"id=42&ptt=4") == told(OVH, query="id=42&ptt=4")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{",
        b"[]",
        b"[[1], null, 3]",
        b'{"id": 42}',
        b'{"ptt": 4}',
        b'{"id": null, "ptt": 4}',
        b'{"id": {"a": 1}, "ptt": 4}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"&".join(b"a%d=1" % n for n in range(200)),
    ],
)
def test_what_is_no_report_is_told_apart(body):
    with pytest.raises(Unreadable):
        told(OVH, body=body)


def test_what_is_no_report_leaves_only_the_names_of_its_fields():
    with pytest.raises(Unreadable) as caught:
        told(OVH, query="number=0612345678&0612345678=x&texte=bonjour")

    assert caught.value.fields == ["number", "texte"]


def test_a_text_is_made_fit_to_be_written_down():
    (report,) = told(
        OVH, body=b'{"sender": "+33612345678", "message": "\\ud83d' + b"a" * 9_000 + b'"}'
    )

    assert len(report.text) == MAX_TEXT
    assert report.text.encode().startswith(b"?a")


@pytest.mark.parametrize(
    ("callback", "why"),
    [
        ([], "not an object"),
        ({"statuses": []}, "no reference"),
        ({"reference": "id"}, "no statuses"),
        ({"reference": "id", "statuses": [], "sendre": "from"}, "sendre"),
        ({"reference": 3, "statuses": []}, "a place is a text"),
        ({"reference": "id", "statuses": [{}]}, "without its place"),
        ({"reference": "id", "statuses": [{"at": "s", "delivred": []}]}, "delivred"),
        ({"reference": "id", "statuses": [{"at": "s", "failed": "x"}]}, "lists"),
    ],
)
def test_a_bad_declaration_stops_the_start(tmp_path, callback, why):
    file = tmp_path / "provider.json"
    file.write_text(json.dumps({"url": "https://api.example", "callback": callback}))

    with pytest.raises(BadProvider, match=why):
        providers_from(f"file://{file}")


def test_a_declaration_stands_in_the_operator_s_file(tmp_path):
    file = tmp_path / "provider.json"
    declaration = {"reference": "id", "statuses": [{"at": "s", "delivered": [1]}]}
    file.write_text(json.dumps({"url": "https://api.example", "callback": declaration}))

    (provider,) = providers_from(f"file://{file}")

    assert isinstance(provider, HttpProvider)
    callback = provider.description.callback
    assert callback is not None and kind(callback, body={"id": 1, "s": 1}) is ReportKind.DELIVERED
