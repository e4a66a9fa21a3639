"""What Thunderbird, Outlook, an iPhone and a mail host get, under the town's own names and under the house's."""

import plistlib

import pytest
from django.test import Client
from lxml import etree

from beffroi.kit.mail_setup import autodiscover
from tests.kit.test_mail_setup import GRAMMAR, REQUEST

pytestmark = pytest.mark.django_db

CONFIG = "/mail/config-v1.1.xml"
WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"


@pytest.fixture(autouse=True)
def house(settings):
    settings.BEFFROI_MAIL_HOST = "mail.op.fr"
    settings.BEFFROI_MAIL_PORTS = [993, 465, 587]


@pytest.fixture
def program():
    """No browser: no cookie, no token of a form."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("autoconfig.exempleville.fr", CONFIG),
        ("autoconfig.exempleville.fr", f"{CONFIG}?emailaddress=x%40exempleville.fr"),
        ("autoconfig.exempleville.fr:8000", WELL_KNOWN),
        ("localhost", f"{WELL_KNOWN}?emailaddress=x%40exempleville.fr"),
    ],
)
def test_thunderbird_finds_its_file_wherever_it_looks(program, host, path):
    answer = program.get(path, HTTP_HOST=host)

    root = etree.fromstring(answer.content)
    etree.RelaxNG(etree.fromstring(GRAMMAR)).assertValid(root)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert root.findtext("emailProvider/domain") == "exempleville.fr"
    assert root.findtext("emailProvider/incomingServer/hostname") == "mail.op.fr"


@pytest.mark.parametrize(
    "path", ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"]
)
@pytest.mark.parametrize("host", ["autodiscover.exempleville.fr", "localhost"])
def test_outlook_s_question_is_answered_without_a_token_of_a_form(program, host, path):
    answer = program.post(path, REQUEST, content_type="text/xml", HTTP_HOST=host)

    assert answer.status_code == 200
    assert b"<Type>IMAP</Type>" in answer.content
    assert b"<Server>mail.op.fr</Server>" in answer.content


def test_what_outlook_never_sends_is_refused_in_its_own_words(program):
    huge = program.post(
        "/autodiscover/autodiscover.xml",
        REQUEST + " " * autodiscover.MAX_BYTES,
        content_type="text/xml",
        HTTP_HOST="localhost",
    )
    seen = program.get("/autodiscover/autodiscover.xml", HTTP_HOST="localhost")

    for answer in (huge, seen):
        assert b"<ErrorCode>600</ErrorCode>" in answer.content


def test_mail_hosts_read_the_policy_of_encryption_under_the_town_s_name(program):
    answer = program.get("/.well-known/mta-sts.txt", HTTP_HOST="mta-sts.exempleville.fr")

    assert answer["Content-Type"].startswith("text/plain")
    assert b"mx: mail.op.fr\r\n" in answer.content


def test_nothing_else_is_answered_under_a_town_s_name(program):
    for host in ("autoconfig.exempleville.fr", "mta-sts.exempleville.fr"):
        assert program.get("/mairie/", HTTP_HOST=host).status_code == 404
    assert program.get("/sante", HTTP_HOST="www.exempleville.fr").status_code == 400
    assert program.get(CONFIG, HTTP_HOST="autoconfig.<script>").status_code == 400


def test_an_iphone_gets_its_account_and_asks_for_the_password_itself(program):
    answer = program.get(
        "/api/courrier/profil.mobileconfig?adresse=accueil%40exempleville.fr", HTTP_HOST="localhost"
    )

    (account,) = plistlib.loads(answer.content)["PayloadContent"]
    assert answer["Content-Type"] == "application/x-apple-aspen-config"
    assert account["EmailAddress"] == "accueil@exempleville.fr"
    for wrong in ("", "a@b", "<x>@exempleville.fr", "a b@exempleville.fr"):
        path = "/api/courrier/profil.mobileconfig"
        assert program.get(path, {"adresse": wrong}, HTTP_HOST="localhost").status_code == 404
