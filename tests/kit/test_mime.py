"""What is compiled and filled parses back, with Python's own parser, to exactly what was written."""

import email
from email import policy

from hypothesis import example, given, settings, strategies as st

from beffroi.kit import mime

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("é’ « »€.=_-?\t\n\r <>&\"'F😀œ\u00a0\u200d#%")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=400,
)
TOKEN = b"AQAAAAAAAAABAAAAA5IUTzGJG7EwV1La"


def compiled(subject, text, html="", name="Ville"):
    return mime.compile_message(
        headers=[
            ("From", [mime.mailbox(name, "mairie@arcachon.example")]),
            ("To", [mime.Hole("to")]),
            ("Subject", [mime.words(subject, after=9)]),
            ("List-Unsubscribe", ["<https://b.example/desinscription/", mime.Hole("token"), ">"]),
        ],
        text=text,
        html=html,
        boundary="0123456789abcdef",
    )


def filled(message):
    raw = message.fill({"to": b"camille@exemple.fr", "token": TOKEN})
    return raw, email.message_from_bytes(raw, policy=policy.default)


def content(message, subtype):
    return message.get_body((subtype,)).get_content()


def expected(pieces):
    whole = "".join(TOKEN.decode() if isinstance(p, mime.Hole) else p for p in pieces)
    return mime.body_text(whole)


@settings(max_examples=300, deadline=None)
@given(NASTY, NASTY, NASTY, NASTY)
@example(".", "From ", ".\n.\n..\nFrom x\n", "x" * 3000)
@example("é" * 200, "a \n\t\n =\n", "<p>" + "é" * 80, " \n")
def test_bodies_come_back_as_written_with_the_hole_filled(a, b, c, d):
    text, html = [a, mime.Hole("token"), b], [c, mime.Hole("token"), d]
    raw, message = filled(compiled("Essai", text, html))
    assert mime.body_text(content(message, "plain")) == expected(text)
    assert mime.body_text(content(message, "html")) == expected(html)
    assert not message.defects


@settings(max_examples=300, deadline=None)
@given(NASTY, NASTY)
def test_no_line_needs_stuffing_quoting_or_folding(text, html):
    pieces = [text, mime.Hole("token"), html]
    raw, _ = filled(compiled(text or "x", pieces, pieces, name=html))
    raw.decode("ascii")
    assert raw.endswith(b"\r\n")
    assert b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b"")
    head, _, body = raw.partition(b"\r\n\r\n")
    for line in body.split(b"\r\n"):
        assert len(line) <= mime.MAX_LINE
        assert not line.startswith((b".", b"From "))
    for line in head.split(b"\r\n"):
        assert len(line) <= 998 and line.strip()


@settings(max_examples=300, deadline=None)
@given(NASTY.filter(lambda text: mime.one_line(text)))
@example("=?utf-8?B?eA==?=")
@example("a" * 500)
def test_subjects_come_back_as_written_on_one_line(subject):
    raw, message = filled(compiled(subject, ["x"]))
    found = email.header.make_header(
        email.header.decode_header(email.message_from_bytes(raw)["Subject"])
    )
    assert str(found) == mime.one_line(subject)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('Ville d’Arcachon é"\\<>,.@()😀')), max_size=60))
def test_the_sender_is_one_mailbox_whatever_its_name(name):
    _, message = filled(compiled("x", ["x"], name=name))
    (address,) = message["From"].addresses
    assert address.addr_spec == "mairie@arcachon.example"
    # Python 3.11 shows a space where two encoded words meet in a name; RFC 2047, 6.2 shows none.
    assert "".join(address.display_name.split()) == "".join(name.split())


@settings(deadline=None)
@given(NASTY)
def test_a_plain_message_needs_no_parts(text):
    raw, message = filled(compiled("x", [text]))
    assert message.get_content_type() == "text/plain"
    assert mime.body_text(message.get_content()) == mime.body_text(text)


def test_a_hole_filled_for_everybody_is_filled_as_it_would_be_for_each():
    message = compiled("Bonjour", ["Bonjour", mime.Hole("token"), "\n"])
    for_all = message.with_value("token", TOKEN)
    assert for_all.holes == ("to",)
    assert for_all.fill({"to": b"camille@exemple.fr"}) == filled(message)[0]
