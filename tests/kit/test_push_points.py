"""Push subscriptions: written down one way, and only if our server may call the address they bring."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, strategies as st

from beffroi.kit import push_points
from beffroi.kit.push_points import NotASubscription, canonical_push_point

KEY = ec.derive_private_key(7, ec.SECP256R1()).public_key()
POINT = KEY.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
FIREFOX = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB-_x"


def b64(value: bytes, *, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(value).decode()
    return text if padded else text.rstrip("=")


def subscription(endpoint=FIREFOX, p256dh=None, auth=None) -> str:
    """As `JSON.stringify(subscription)` gives it."""
    keys = {"p256dh": b64(POINT) if p256dh is None else p256dh, "auth": auth or b64(b"a" * 16)}
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys})


def test_what_is_written_can_be_read_again():
    point = push_points.read(canonical_push_point(subscription()))

    assert point == (FIREFOX, POINT, b"a" * 16)


def test_padding_alphabet_and_order_make_no_difference():
    plain = canonical_push_point(subscription())
    padded = canonical_push_point(
        subscription(
            p256dh=base64.b64encode(POINT).decode(), auth=base64.b64encode(b"a" * 16).decode()
        )
    )

    assert plain == padded
    assert json.loads(plain) == {
        "endpoint": FIREFOX,
        "p256dh": b64(POINT),
        "auth": b64(b"a" * 16),
    }


def test_a_browser_that_changes_its_keys_stays_the_same_browser():
    before = canonical_push_point(subscription())
    after = canonical_push_point(subscription(auth=b64(b"b" * 16)))

    assert before != after
    assert push_points.comparable(before) == push_points.comparable(after) == FIREFOX.encode()


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (FIREFOX, "Firefox"),
        ("https://fcm.googleapis.com/fcm/send/dQw:APA91b", "Chrome et Android"),
        ("https://fcm.googleapis.com/wp/dQw", "Chrome et Android"),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2b", "Windows"),
        ("https://web.push.apple.com/QGuQyavXutnMH", "Apple"),
    ],
)
def test_the_push_services_of_browsers_are_known_by_name(endpoint, name):
    assert push_points.mask(canonical_push_point(subscription(endpoint))) == name


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://updates.push.services.mozilla.com/wpush/v2/x",
        "https://updates.push.services.mozilla.com:8443/x",
        "https://updates.push.services.mozilla.com:443/x",
        "https://push.services.mozilla.com.pirate.example/x",
        "https://pirateupdates-push.services.mozilla.com.example/x",
        "https://notpush.apple.com.example/x",
        "https://xpush.apple.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://fcm.googleapis.com:x/x",
        "https://fcm.googleapis.com/",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x#fragment",
        "https://fcm.googleapis.com/x\r\nHost: y",
        "https://fcm.googleapis.com/é",
        "https://fcm.googleapis.com/" + "x" * 3_000,
        "http://127.0.0.1:54329/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x",
        "https://pousse.example/x",
        f"https://{'x' * 64}.push.apple.com/x",
        "https://.push.apple.com/x",
        "file:///etc/passwd",
        "//fcm.googleapis.com/x",
        "",
        None,
        7,
    ],
)
def test_no_other_address_is_ever_called(endpoint):
    with pytest.raises(NotASubscription):
        canonical_push_point(subscription(endpoint))


def test_the_operator_may_name_further_services():
    text = subscription("https://pousse.example/up?x=1")

    assert push_points.mask(canonical_push_point(text, also={"pousse.example"})) == "Autre"
    for also in ({"example"}, {"pousse.example:8443"}):
        with pytest.raises(NotASubscription):
            canonical_push_point(text, also=also)


def test_only_a_service_of_this_very_machine_may_do_without_tls():
    local = subscription("http://127.0.0.1:8005/wpush/v2/x")

    assert canonical_push_point(local, also={"127.0.0.1:8005"})
    with pytest.raises(NotASubscription):
        canonical_push_point(local, also={"127.0.0.1:8006"})
    with pytest.raises(NotASubscription):
        canonical_push_point(subscription("http://pousse.example/x"), also={"pousse.example"})


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": b64(POINT[:-1])},
        {"p256dh": b64(b"\x04" + b"\x01" * 64)},
        {"p256dh": b64(KEY.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))},
        {"p256dh": "é" * 87},
        {"p256dh": 12},
        {"auth": b64(b"a" * 15)},
        {"auth": b64(b"a" * 17)},
        {"auth": "="},
    ],
)
def test_keys_that_cannot_encrypt_are_refused(keys):
    with pytest.raises(NotASubscription):
        canonical_push_point(subscription(**keys))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "null", '{"endpoint": 1}', "[" * 3_000, "{}" + " " * 5_000]
)
def test_what_is_no_subscription_is_refused(text):
    with pytest.raises(NotASubscription):
        canonical_push_point(text)


def test_what_was_damaged_on_the_way_is_named_too():
    for damaged in (b"", b"{}", b"[]", b"\xff", canonical_push_point(subscription())[:-9]):
        with pytest.raises(NotASubscription):
            push_points.read(damaged)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["endpoint", "keys", "p256dh", "auth"]), inner)
        ),
    )
)
def test_whatever_a_stranger_posts_is_refused_by_name(told):
    with pytest.raises(NotASubscription):
        canonical_push_point(json.dumps(told))
