import time

import pytest

from beffroi.gateways.sms.gateway import SmsGateway
from beffroi.gateways.sms.providers import providers_from
from tests.gateways.sms.peers import PASSWORD, NodePeer, ShippedPeer


@pytest.fixture(params=[NodePeer, ShippedPeer], ids=["npm-smpp", "shipped"])
def smsc_of(request, tmp_path):
    started = []

    def start():
        started.append(request.param(tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def smsc(smsc_of):
    return smsc_of()


@pytest.fixture
def gateway_to():
    """A gateway to one or several peers, named a, b…; options go to all."""
    opened = []

    def start(*peers, clock=time.monotonic, **options):
        asked = {"per_s": 10_000, **options}
        written = "&".join(f"{name}={value}" for name, value in asked.items())
        text = "\n".join(
            f"smpp://mairie:{PASSWORD}@127.0.0.1:{peer.port}?name={name}&{written}"
            for name, peer in zip("abcdef", peers, strict=False)
        )
        opened.append(SmsGateway(providers_from(text), clock=clock))
        return opened[-1].__enter__()

    yield start
    for each in opened:
        each.__exit__(None, None, None)
