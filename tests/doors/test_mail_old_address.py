"""Courrier > Ancienne adresse: linked, followed, announced, ended. The copy itself: tests/mail/test_old_address.py."""

from datetime import timedelta

import pytest

from beffroi.campaigns.models import Proposal
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import NotCopied, OldAddress, OldFolder
from tests.cast import NOON
from tests.doors.test_mail_boxes import words
from tests.doors.test_mail_departures import TODAY, desk  # noqa: F401 - a fixture
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/ancienne-adresse/"


@pytest.fixture
def box(town):
    domain = scene.a_live_domain(town, "mairie-arcachon.example")
    return scene.a_box(town, domain, "accueil", kind="function")


@pytest.fixture
def linked(town, box):
    row = OldAddress.objects.create_in(
        town,
        mailbox=box,
        email="mairie-arcachon@orange.example",
        host="imap.orange.example",
        port=993,
        security="tls",
        fetch_until=NOON + timedelta(days=90),
        made_at=NOON,
    )
    row.sealed_password, row.key_id = sealed.seal_password(town.pk, row.pk, "secret")
    row.save()
    folder = OldFolder.objects.create_in(
        town, of=row, name="Envoyés", total=1200, copied=1199, done_at=NOON
    )
    NotCopied.objects.create_in(town, folder=folder, uid=7, seen_at=NOON)
    return row


def a_form(box, **others):
    return {
        "email": "mairie-arcachon@orange.fr",
        "provider": "other",
        "host": "localhost",
        "password": "secret",
        "mailbox": box.pk,
        "until": TODAY + timedelta(days=90),
        **others,
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"provider": "outlook"}, "Microsoft n’accepte plus"),
        ({"host": ""}, "Donnez le nom du serveur IMAP"),
        ({}, "Ce serveur ne répond pas"),  # nothing typed may lead into this machine
    ],
)
def test_what_cannot_be_linked_is_said_and_no_password_is_kept(desk, box, wrong, said):  # noqa: F811
    page = words(desk.post(f"{HERE}relier/", a_form(box, **wrong)))

    assert said in page and "secret" not in page
    assert not OldAddress.objects.of(box.town).exists()


def test_the_page_says_how_far_it_is_what_is_missing_and_what_to_announce(desk, linked):  # noqa: F811
    page = words(desk.get(f"{HERE}{linked.pk}/"))

    assert "1 199 sur 1 200" in page.replace("\u202f", " ")
    assert "1 message illisible" in page
    assert "accueil@mairie-arcachon.example" in page
    desk.post(f"{HERE}{linked.pk}/proposer/")
    assert "accueil@mairie-arcachon.example" in Proposal.objects.of(linked.town).get().body


def test_at_the_end_the_password_is_erased(desk, linked):  # noqa: F811
    desk.post(f"{HERE}{linked.pk}/arreter/")

    linked.refresh_from_db()
    assert (linked.sealed_password, linked.key_id, linked.state) == (None, None, "ended")


def test_the_page_follows_a_copy_by_itself_and_stops_with_it(desk, linked):  # noqa: F811
    def follows():
        return 'hx-trigger="every 3s"' in words(desk.get(f"{HERE}{linked.pk}/"))

    seen = {}
    for state in ("waiting", "running", "up_to_date", "refused"):
        linked.state = state
        linked.save(update_fields=["state"])
        seen[state] = follows()
    assert seen == {"waiting": True, "running": True, "up_to_date": False, "refused": False}
