"""A configuration profile for iPhone, iPad and Mac: one mail account, no password in it.

Source: developer.apple.com/documentation/devicemanagement/mail
"""

import plistlib
import uuid
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

from beffroi.kit.mail_setup.servers import Servers

CONTENT_TYPE = "application/x-apple-aspen-config"
_SPACE = uuid.UUID("9a2b5f0e-6f0e-5c63-9f0a-0c0a53b8a1d7")
"""Numbers made of an address under it are always the same: installed again, a profile replaces itself."""


class NoSignature(Exception):
    """The certificate or its key cannot sign."""


def write(address: str, *, name: str, organisation: str, servers: Servers) -> bytes:
    """`name`: as recipients read it; may be empty. The telephone asks for the password."""
    domain = address.rpartition("@")[2]
    identifier = ".".join(
        [*reversed(domain.split(".")), "courrier", uuid.uuid5(_SPACE, address).hex[:12]]
    )
    account = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{identifier}.compte",
        "PayloadUUID": str(uuid.uuid5(_SPACE, f"{address} account")).upper(),
        "PayloadDisplayName": address,
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountDescription": organisation,
        "EmailAccountName": name,
        "EmailAddress": address,
        **_incoming(address, servers),
        **_outgoing(address, servers),
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid.uuid5(_SPACE, address)).upper(),
        "PayloadDisplayName": address,
        "PayloadOrganization": organisation,
        "PayloadRemovalDisallowed": False,
        "PayloadContent": [{key: value for key, value in account.items() if value != ""}],
    }
    return plistlib.dumps(profile)


def _incoming(address: str, servers: Servers) -> dict[str, Any]:
    return {
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerHostName": servers.host,
        "IncomingMailServerPortNumber": servers.imaps_port,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerUsername": address,
    }


def _outgoing(address: str, servers: Servers) -> dict[str, Any]:
    return {
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerHostName": servers.host,
        "OutgoingMailServerPortNumber": servers.submissions_port,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerUsername": address,
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def sign(profile: bytes, *, chain_pem: bytes, key_pem: bytes) -> bytes:
    """CMS around the profile, so that the telephone shows « Vérifié ». Raises: NoSignature."""
    try:
        first, *others = x509.load_pem_x509_certificates(chain_pem)
        key: Any = load_pem_private_key(key_pem, password=None)
        builder = pkcs7.PKCS7SignatureBuilder().set_data(profile)
        builder = builder.add_signer(first, key, hashes.SHA256())
        for other in others:
            builder = builder.add_certificate(other)
        return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    except (ValueError, TypeError) as failure:
        raise NoSignature(type(failure).__name__) from failure
