"""Courrier > Conservation: from a box whose retention has ended to its destruction, seven days after the visa."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.mailhosting.models import Disposal, Mailbox
from beffroi.mailhosting.services import disposals
from tests import cast
from tests.doors.test_mail_boxes import words
from tests.doors.test_mail_departures import desk, people  # noqa: F401 - fixtures

HERE = "/mairie/arcachon/courrier/"
LONG_AGO = timedelta(days=800)


@pytest.fixture
def over(people):  # noqa: F811
    """Archived long enough ago."""
    box = people[0]
    rows = Mailbox.objects.of(box.town).filter(pk=box.pk)
    rows.update(state="archived", state_since=timezone.now() - LONG_AGO)
    return box


def run(town):
    disposals.advance(town, measure=lambda _: None, erase=lambda _: True, at=timezone.now())


def test_a_box_is_listed_its_visa_written_previewed_confirmed_and_taken_back(
    desk,  # noqa: F811
    over,
):
    town = over.town
    assert "1 boîte a atteint la fin de sa durée" in words(desk.get(f"{HERE}conservation/"))
    form = f"{HERE}conservation/eliminations/preparer/"
    assert "checked" in words(desk.get(form))
    said = words(desk.post(form, {"boxes": [over.pk], "reason": "Délai échu"}, follow=True))
    assert "Rien n’est détruit à ce stade" in said
    row = Disposal.objects.of(town).get()
    one = f"{HERE}conservation/eliminations/{row.pk}/"
    run(town)
    assert "Mesurer de nouveau" in words(desk.get(one))

    desk.post(f"{one}bordereau/etablir/")

    pdf = desk.get(f"{one}bordereau/").content
    row.refresh_from_db()
    assert pdf.startswith(b"%PDF-") and hashlib.sha256(pdf).hexdigest() == row.record_sha256
    visa = {"reference": "AD33 114", "given_on": f"{timezone.localdate()}"}
    tomorrow = {**visa, "given_on": f"{timezone.localdate() + timedelta(days=1)}"}
    assert "Vérifiez-les sur le bordereau" in words(desk.post(f"{one}visa/", tomorrow))
    preview = words(desk.post(f"{one}visa/", visa))
    assert "Détruire 1 boîte dans sept jours" in preview and over.address.email in preview
    row.refresh_from_db()
    assert row.confirmed_at is None

    said = words(desk.post(f"{one}visa/", {**visa, "confirm": "1"}, follow=True))

    assert "Annuler la destruction" in said and "AD33 114" in said
    desk.post(f"{one}annuler/")
    row.refresh_from_db()
    assert row.cancelled_at is not None


def test_whoever_only_reads_the_mail_pages_destroys_nothing(client, desk, over):  # noqa: F811
    row = disposals.prepare(over.town, [over.pk], reason="Délai échu", by=None, at=timezone.now())
    client.force_login(cast.an_agent(over.town, "controle", cast.Role.AUDITOR))

    assert "Préparer une élimination" not in words(client.get(f"{HERE}conservation/"))
    for name in ("disposal-new", "disposal-confirm", "disposal-cancel", "disposal-list"):
        arguments = [over.town.slug] + ([] if name == "disposal-new" else [row.pk])
        assert client.post(reverse(f"backoffice:{name}", args=arguments)).status_code == 403
