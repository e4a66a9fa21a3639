"""A certificate signed by nobody else, for a first start without one: mail programs ask before they trust it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from beffroi.servers.mail.home import write

LASTS = timedelta(days=3650)


def find_or_make(folder: Path, host: str) -> tuple[Path, Path]:
    """(certificate, private key)"""
    certificate, private_key = folder / "certificate.pem", folder / "private_key.pem"
    if not (certificate.exists() and private_key.exists()):
        _make(certificate, private_key, host)
    return certificate, private_key


def _make(certificate: Path, private_key: Path, host: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    begun = datetime.now(UTC) - timedelta(hours=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begun).not_valid_after(begun + LASTS)
    names = x509.SubjectAlternativeName([x509.DNSName(host), x509.DNSName("localhost")])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write(private_key, pem.decode("ascii"), mode=0o600)
    write(certificate, signed.public_bytes(Encoding.PEM).decode("ascii"))
