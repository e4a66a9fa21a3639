import pytest

from beffroi.gateways.parcels import ReportKind
from beffroi.gateways.sms.providers import BadProvider, SmppProvider, providers_from
from beffroi.gateways.sms.receipts import Ids, place_of, read_receipt, read_reply
from beffroi.kit import smpp


def test_an_address_says_all_about_an_smpp_provider():
    (provider,) = providers_from(
        "smpp://us%40er:p%2Fass@smsc.example:2776"
        "?name=alpha&weight=51&per_s=100&window=20&ids=hex&tls=yes&system_type=x&final=0x403,1028"
    )
    assert provider == SmppProvider(
        name="alpha",
        weight=51,
        per_s=100,
        window=20,
        host="smsc.example",
        port=2776,
        user="us@er",
        password="p/ass",
        system_type="x",
        ids=Ids.HEX,
        tls=True,
        final=frozenset({0x403, 1028}),
    )
    assert "p/ass" not in repr(provider)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("smpp://:2775", "no host"),
        ("http://provider.example", "expected"),
        ("smpp://h?weight=101", "weight"),
        ("smpp://h?per_s=0", "per_s"),
        ("smpp://h?window=0", "window"),
        ("smpp://h?ids=octal", "octal"),
        ("smpp://h?tls=maybe", "tls"),
        ("smpp://h?name=A B", "name"),
        ("smpp://h?wieght=3", "wieght"),
        ("smpp://h?name=a\nsmpp://i?name=a", "same name"),
        ("smpp://h?weight=0", "every weight is 0"),
        ("ovh://key:secret@consumer", "service name"),
        ("brevo://brevo", "API key"),
        ("file:///nowhere.json", "nowhere.json"),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(text, why):
    with pytest.raises(BadProvider, match=why):
        providers_from(text)


def test_no_address_is_no_provider():
    assert providers_from(" \n") == []


def receipt(text: str = "", **tlvs: bytes) -> smpp.Short:
    numbers = {"name": smpp.RECEIPTED_ID, "state": smpp.STATE, "error": smpp.NETWORK_ERROR}
    return smpp.read_short(
        smpp.deliver_body(
            sender=b"33639981234",
            recipient=b"ARCACHON",
            text=text.encode(),
            esm_class=smpp.RECEIPT,
            tlvs={numbers[name]: value for name, value in tlvs.items()},
        )
    )


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("id:12 sub:001 dlvrd:001 submit date:2611221015 done date:2611221016 stat:DELIVRD err:000 text:x", "DELIVERED", 0),
        ("id:12 submit date:261122101501 done date:261122101601 stat:UNDELIV err:1B", "FAILED", 0x1B),
        ("id:12 stat:EXPIRED err:027", "FAILED", 27),
        ("ID:12 STAT:delivrd", "DELIVERED", 0),
        ("id:12 stat:ACCEPTD", "ON_ITS_WAY", 0),
        ("id:12", "ON_ITS_WAY", 0),
    ],
)  # fmt: skip
def test_makers_words_are_read_with_fields_missing(text, kind, code):
    report = read_receipt(receipt(text), provider="a", ids=Ids.SAME)
    assert (report.kind, report.reference, report.code) == (ReportKind[kind], "a/12", code)


def test_the_standards_fields_come_before_the_words():
    told = receipt("id:99 stat:DELIVRD", name=b"12\0", state=b"\5", error=b"\3\0\x1b")
    report = read_receipt(told, provider="a", ids=Ids.SAME)
    assert (report.kind, report.reference, report.code) == (ReportKind.FAILED, "a/12", 27)


def test_a_receipt_that_names_nothing_is_nothing():
    assert read_receipt(receipt("stat:DELIVRD"), provider="a", ids=Ids.SAME) is None


def test_a_decimal_answer_and_a_hexadecimal_receipt_agree():
    report = read_receipt(receipt(name=b"1F\0"), provider="a", ids=Ids.DECIMAL)
    assert report.reference == "a/31"


@pytest.mark.parametrize(
    ("coding", "raw", "text"),
    [
        (0, b"\x05t\x05 \x1b\x65", "été €"),
        (3, b"\xe9t\xe9", "été"),
        (8, "été 😀".encode("utf-16-be"), "été 😀"),
        (4, b"\x01", ""),
    ],
)
def test_what_a_person_wrote_is_read_in_its_alphabet(coding, raw, text):
    body = smpp.deliver_body(
        sender=b"+33639981234", recipient=b"36111", text=raw, data_coding=coding
    )
    reply = read_reply(smpp.read_short(body), provider="a")
    assert (reply.text, reply.sender, reply.to) == (text, b"+33639981234", "36111")


def test_parts_are_told_by_header_or_by_fields():
    def short(text=b"x", esm_class=0, **tlvs):
        fields = {getattr(smpp, name): value for name, value in tlvs.items()}
        return smpp.read_short(
            smpp.deliver_body(
                sender=b"1234567890",
                recipient=b"36111",
                text=text,
                esm_class=esm_class,
                tlvs=fields,
            )
        )

    assert place_of(short()) == (0, 1, 1)
    assert place_of(short(b"\5\0\3\x07\3\2x", 0x40)) == (7, 3, 2)
    assert place_of(short(b"\6\x08\4\x01\x07\3\2x", 0x40)) == (0x107, 3, 2)
    assert place_of(short(SAR_REFERENCE=b"\0\7", SAR_TOTAL=b"\2", SAR_PLACE=b"\1")) == (7, 2, 1)


@pytest.mark.parametrize("raw", [b"\0\0\0\4", b"\xff" * 20, b"\0\0\0\x0f" + bytes(12)])
def test_noise_is_not_taken_for_a_message(raw):
    noise = bytearray(raw)
    if len(raw) < 16:
        assert list(smpp.frames(noise)) == []
    else:
        with pytest.raises(smpp.Malformed):
            list(smpp.frames(noise))


@pytest.mark.parametrize(
    ("ttl_s", "written"), [(3_600, b"000000010000000R\0"), (90_061, b"000001010101000R\0")]
)
def test_the_validity_is_relative(ttl_s, written):
    assert smpp.validity(ttl_s) == written
