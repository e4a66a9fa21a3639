"""Courrier > Passation: from the form to the record that both mayors sign."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.backoffice.words import dated
from beffroi.mailhosting.models import Departure, HandOver, InventoryLine
from beffroi.mailhosting.services import inventories
from tests.cast import NOON
from tests.doors.test_mail_boxes import words
from tests.doors.test_mail_departures import TODAY, desk, people  # noqa: F401 - fixtures
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/passations/"


@pytest.fixture
def form(people):  # noqa: F811
    leaver, successor, keeper = people
    shared = scene.a_box(leaver.town, leaver.address.domain, "urbanisme", kind="commission")
    return {
        "takes_place_on": TODAY + timedelta(days=3),
        "archive_on": TODAY + timedelta(days=90),
        "outgoing_mayor": "Paul Ancien",
        "incoming_mayor": "Anne Neuve",
        "outgoing": [leaver.pk],
        "custodian": keeper.pk,
        "answers": "on",
        "subject": "Fin de mandat",
        "text": "Écrivez à [adresse].",
        f"roster-{shared.pk}": [successor.pk],
    }


def test_a_hand_over_is_prepared_previewed_decided_and_its_record_signed_once(
    desk,  # noqa: F811
    people,  # noqa: F811
    form,
):
    town = people[0].town
    draft = words(desk.post(f"{HERE}preparer/", form, follow=True))
    assert "Ce qui se passera" in draft
    assert "Urbanisme : la nouvelle composition est Anne Neuve" in draft
    row = HandOver.objects.of(town).get()
    assert "checked" in words(desk.get(f"{HERE}{row.pk}/modifier/"))

    desk.post(f"{HERE}{row.pk}/decider/")
    when = row.takes_place_at
    HandOver.objects.of(town).update(takes_place_at=when - timedelta(days=4))
    inventories.advance(town, measure=lambda _: None, at=when)
    page = words(desk.get(f"{HERE}{row.pk}/"))
    assert "inconnu" in page and "Mesurer de nouveau" in page
    InventoryLine.objects.of(town).update(messages=1234, size_bytes=5 * 2**20)
    desk.post(f"{HERE}{row.pk}/proces-verbal/etablir/")

    row.refresh_from_db()
    pdf = desk.get(f"{HERE}{row.pk}/proces-verbal/").content
    assert hashlib.sha256(pdf).hexdigest() == row.record_sha256
    assert pdf.startswith(b"%PDF-")
    assert "5,0 Mo" in words(desk.get(f"{HERE}{row.pk}/"))
    assert row.record_sha256 in words(desk.get(f"{HERE}{row.pk}/"))


def test_what_cannot_be_is_said(desk, people, form):  # noqa: F811
    leaver, *_ = people
    roster = next(name for name in form if name.startswith("roster-"))
    page = words(desk.post(f"{HERE}preparer/", {**form, roster: [leaver.pk]}))

    assert "ne peut pas siéger" in page
    assert not HandOver.objects.of(leaver.town).exists()


def test_a_record_names_the_year_of_its_days():
    assert dated(NOON) == "mardi 24 novembre 2026"


def test_whoever_has_left_is_proposed_nowhere_and_said_to_have_left(desk, people, form):  # noqa: F811
    leaver, _, keeper = people
    yesterday = timezone.now() - timedelta(days=1)
    Departure.objects.create_in(
        leaver.town, mailbox=leaver, leaves_at=yesterday, decided_at=yesterday
    )

    for page in (f"{HERE}preparer/", "/mairie/arcachon/courrier/departs/preparer/"):
        proposed = words(desk.get(page))
        assert leaver.address.email not in proposed and keeper.address.email in proposed
    forged = words(desk.post(f"{HERE}preparer/", {**form, "outgoing": [leaver.pk]}))
    assert (
        "Sélectionnez un choix valide" in forged and not HandOver.objects.of(leaver.town).exists()
    )
    for page in ("conservation/", "", f"boites/{leaver.pk}/"):
        assert "Personne partie" in words(desk.get(f"/mairie/arcachon/courrier/{page}"))
