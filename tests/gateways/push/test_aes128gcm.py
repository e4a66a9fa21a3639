"""Only the browser reads it: against the RFC's own example and a decryption that shares no code with it."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, strategies as st

from beffroi.gateways.push import aes128gcm
from beffroi.gateways.push.aes128gcm import MAX_PAYLOAD_BYTES, TooLong
from beffroi.gateways.push.keys import load_key
from beffroi.servers.outside.push_devices import Unreadable, device

OVERHEAD_BYTES = 86 + 1 + 16
"""Header with a public key (RFC 8188, 2.1), delimiter, tag."""
PHONE, OTHER = device("appareil-1"), device("appareil-2")


def encrypted(payload: bytes, **how) -> bytes:
    return aes128gcm.encrypt(payload, p256dh=PHONE.point, auth=PHONE.auth, **how)


def b64(digits: str) -> bytes:
    return base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4))


def test_the_example_of_rfc_8291_comes_out_byte_for_byte():
    body = aes128gcm.seal(
        b"When I grow up, I want to be a watermelon\x02",
        p256dh=b64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=b64("BTBZMqHH6r4Tts7J_aSIgg"),
        ephemeral=load_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=b64("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert body == b64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(payload=st.binary(max_size=MAX_PAYLOAD_BYTES), padded_to=st.integers(0, 4_096))
def test_whatever_is_sent_is_what_the_browser_reads(payload, padded_to):
    body = encrypted(payload, padded_to=padded_to)

    assert PHONE.decrypt(body) == payload
    assert len(body) <= 4_096


def test_no_two_messages_look_alike_and_no_other_browser_reads_them():
    first, second = encrypted(b"Bonjour"), encrypted(b"Bonjour")

    assert first[:86] != second[:86] and first[86:] != second[86:]
    with pytest.raises(Unreadable):
        OTHER.decrypt(first)
    with pytest.raises(Unreadable):
        PHONE.decrypt(first[:-1] + bytes([first[-1] ^ 1]))


def test_padding_hides_the_length():
    sizes = {len(encrypted(b"x" * size, padded_to=512)) for size in (0, 1, 300, 512)}

    assert sizes == {512 + OVERHEAD_BYTES}
    assert len(encrypted(b"x" * 600, padded_to=512)) == 600 + OVERHEAD_BYTES


def test_more_than_a_push_service_carries_is_refused():
    with pytest.raises(TooLong):
        encrypted(b"x" * (MAX_PAYLOAD_BYTES + 1))


def test_a_key_off_the_curve_is_refused():
    with pytest.raises(ValueError, match="EC key"):
        aes128gcm.encrypt(b"x", p256dh=b"\x04" + b"\x01" * 64, auth=b"a" * 16)


def test_the_decryption_of_the_tests_reads_what_a_browser_would():
    """RFC 8291, appendix A: the other half of the example."""
    browser = type(PHONE)(
        name="",
        key=ec.derive_private_key(
            int.from_bytes(b64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), ec.SECP256R1()
        ),
        auth=b64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    body = b64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"
