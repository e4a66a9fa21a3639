"""What mail programs ask for, read back as they read it."""

import datetime
import plistlib
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree

from beffroi.kit.mail_setup import autoconfig, autodiscover, profile, sts
from beffroi.kit.mail_setup.autodiscover import NotAsked
from beffroi.kit.mail_setup.profile import NoSignature
from beffroi.kit.mail_setup.servers import Servers

SERVERS = Servers(host="mail.op.fr")
ADDRESS = "accueil@exempleville.fr"
REQUEST = f"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
<Request><EMailAddress>{ADDRESS}</EMailAddress>
<AcceptableResponseSchema>{autodiscover.OUTLOOK}</AcceptableResponseSchema></Request></Autodiscover>"""
GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="clientConfig"><attribute name="version"><value>1.1</value></attribute>
<element name="emailProvider"><attribute name="id"/>
<oneOrMore><element name="domain"><text/></element></oneOrMore>
<element name="displayName"><text/></element><element name="displayShortName"><text/></element>
<oneOrMore><element name="incomingServer"><attribute name="type"><choice><value>imap</value>
<value>pop3</value></choice></attribute><ref name="server"/></element></oneOrMore>
<oneOrMore><element name="outgoingServer"><attribute name="type"><value>smtp</value></attribute>
<ref name="server"/></element></oneOrMore></element></element></start>
<define name="server"><element name="hostname"><text/></element>
<element name="port"><data type="unsignedShort"/></element>
<element name="socketType"><choice><value>plain</value><value>SSL</value><value>STARTTLS</value>
</choice></element><element name="authentication"><choice><value>password-cleartext</value>
<value>password-encrypted</value><value>OAuth2</value></choice></element>
<element name="username"><text/></element></define></grammar>"""
"""Mozilla's page of the format, as a grammar."""


def test_thunderbird_is_told_imap_and_smtp_in_mozilla_s_own_format():
    written = autoconfig.write("exempleville.fr", display_name="L’Haÿ & Cie", servers=SERVERS)
    root = etree.fromstring(written)

    etree.RelaxNG(etree.fromstring(GRAMMAR)).assertValid(root)
    assert root.findtext("emailProvider/domain") == "exempleville.fr"
    assert root.findtext("emailProvider/displayName") == "L’Haÿ & Cie"
    assert [
        (
            one.get("type"),
            one.findtext("hostname"),
            one.findtext("port"),
            one.findtext("socketType"),
        )
        for one in root.iterfind("emailProvider/*[@type]")
    ] == [
        ("imap", "mail.op.fr", "993", "SSL"),
        ("smtp", "mail.op.fr", "465", "SSL"),
        ("smtp", "mail.op.fr", "587", "STARTTLS"),
    ]


def test_outlook_is_told_the_same_in_microsoft_s_format():
    written = autodiscover.write(autodiscover.read(REQUEST.encode()), servers=SERVERS)
    root = etree.fromstring(written)
    space = f"{{{autodiscover.OUTLOOK}}}"

    assert b"ns0:" not in written  # Outlook reads no prefixes
    assert root.findtext(f"{space}Response/{space}Account/{space}AccountType") == "email"
    assert [
        tuple(one.findtext(space + tag) for tag in ("Type", "Server", "Port", "SSL", "LoginName"))
        for one in root.iter(f"{space}Protocol")
    ] == [
        ("IMAP", "mail.op.fr", "993", "on", ADDRESS),
        ("SMTP", "mail.op.fr", "465", "on", ADDRESS),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 600),
        (b"<a/>", 600),
        (REQUEST.replace("@", "").encode(), 600),
        (REQUEST.replace("outlook/responseschema/2006a", "mobilesync/2006").encode(), 601),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + REQUEST[39:].encode(), 600),
        (REQUEST.encode() + b" " * 20_000, 600),
    ],
)
def test_what_outlook_never_asks_gets_the_protocol_s_own_refusal(body, code):
    with pytest.raises(NotAsked) as refused:
        autodiscover.read(body)

    assert refused.value.code == code
    assert f"<ErrorCode>{code}</ErrorCode>".encode() in autodiscover.refuse(code)


def test_a_telephone_gets_the_account_without_a_password_and_twice_the_same():
    written = profile.write(ADDRESS, name="", organisation="Mairie d’Exempleville", servers=SERVERS)
    read = plistlib.loads(written)
    (account,) = read["PayloadContent"]

    assert read["PayloadType"] == "Configuration"
    assert account["PayloadType"] == "com.apple.mail.managed"
    assert account["EmailAccountType"] == "EmailTypeIMAP"
    assert account["IncomingMailServerUsername"] == account["EmailAddress"] == ADDRESS
    assert (account["OutgoingMailServerPortNumber"], account["OutgoingMailServerUseSSL"]) == (
        465,
        True,
    )
    assert not [
        key
        for key in account
        if key.endswith("Password") and key != "OutgoingPasswordSameAsIncomingPassword"
    ]
    assert "EmailAccountName" not in account  # the telephone asks for it
    assert written == profile.write(
        ADDRESS, name="", organisation="Mairie d’Exempleville", servers=SERVERS
    )


def test_a_profile_is_signed_so_that_openssl_verifies_it(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    now, name = datetime.datetime.now(datetime.UTC), x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = certificate.public_bytes(serialization.Encoding.PEM)

    signed = profile.sign(b"<plist/>", chain_pem=chain, key_pem=key_pem)

    (tmp_path / "signed").write_bytes(signed)
    verify = ["openssl", "cms", "-verify", "-inform", "DER", "-noverify", "-in", "signed"]
    read = subprocess.run(verify, cwd=tmp_path, capture_output=True, check=True)
    assert read.stdout == b"<plist/>"
    with pytest.raises(NoSignature):
        profile.sign(b"<plist/>", chain_pem=b"none", key_pem=key_pem)


def test_the_policy_of_encryption_is_as_the_rfc_writes_it_and_its_number_follows_it():
    text = sts.policy(("mail.op.fr",))

    assert text == "version: STSv1\r\nmode: enforce\r\nmx: mail.op.fr\r\nmax_age: 604800\r\n"
    assert sts.policy_id(text) == sts.policy_id(sts.policy(("mail.op.fr",)))
    assert sts.policy_id(text) != sts.policy_id(sts.policy(("mx2.op.fr",)))
    assert sts.policy_id(text).isalnum()  # RFC 8461, 3.1: 1*32(ALPHA / DIGIT)
