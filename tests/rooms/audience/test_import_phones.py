"""Files with mobile numbers: beside addresses or alone, as residents and town halls write them."""

from datetime import timedelta

import pytest

from beffroi.audience.channels import bit, bits
from beffroi.audience.importer import telephones
from beffroi.audience.importer.columns import Role, role_of
from beffroi.audience.models import ImportRow, Subscriber, Subscription
from beffroi.audience.queries import recipients, subscribers
from beffroi.audience.services import imports, undoing
from beffroi.audience.words import RowReason
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from tests.cast import NOON
from tests.rooms.audience import files, scene

HEADER = ["Nom", "Courriel", "Portable"]
SMS, BOTH = bit(Channel.SMS), bits([Channel.EMAIL, Channel.SMS])


def import_rows(town, clerk, rows, themes, *, header=HEADER):
    body = files.as_csv(rows, delimiter=";", encoding="utf-8", newline="\n", header=header)
    return scene.import_file(town, clerk, body, given=themes)


def by(town, theme, channel):
    return recipients(town, [theme.id], channel=channel, at=NOON).count()


def reasons(town):
    return sorted(ImportRow.objects.of(town).values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("06 12 34 56 78", ["+33612345678"]),
        ("06.12.34.56.78 / 0755001122", ["+33612345678", "+33755001122"]),
        ("Portable : 06-12-34-56-78", ["+33612345678"]),
        ("+33 (0)6 12 34 56 78 (Mme)", ["+33612345678"]),
        ("612345678", ["+33612345678"]),
        ("612345678.0", ["+33612345678"]),
        ("0612345678 ou 06 12 34 56 78", ["+33612345678"]),
        ("0690 12 34 56", ["+590690123456"]),
        ("", []),
        ("néant", []),
        ("2e étage", []),
    ],
)
def test_numbers_are_found_as_people_write_them(cell, numbers):
    assert telephones.find(cell) == telephones.Found(numbers=tuple(numbers))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("05 57 52 98 98", RowReason.LANDLINE),
        ("09 70 12 34 56", RowReason.LANDLINE),
        ("06 12 34 56", RowReason.BAD_PHONE),
        ("+44 7911 123456", RowReason.BAD_PHONE),
    ],
)
def test_what_is_no_mobile_is_told_with_its_reason(cell, reason):
    assert telephones.find(cell).bad == (reason,)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Mobile", Role.PHONE),
        ("Tél. portable", Role.PHONE),
        ("tél.", Role.PHONE),
        ("N° de téléphone", Role.PHONE),
        ("Tél. fixe", Role.IGNORED),
        ("Accord SMS", Role.CONSENT),
        ("Courriel", Role.EMAIL),
    ],
)
def test_the_column_is_known_by_its_header(header, role):
    assert role_of(header, []).role == role


def test_addresses_and_numbers_of_a_row_are_one_person(open_town, themes, clerk):
    rows = [
        ["Dupont", "jeanne@exemple.fr", "06 12 34 56 78"],
        ["Martin", "paul@exemple.fr", "05 57 52 98 98"],
        ["Petit", "", "07 55 00 11 22"],
    ]

    found = import_rows(open_town, clerk, rows, themes[:1])

    assert (found.added, found.rejected) == (3, 0)
    assert (by(open_town, themes[0], Channel.EMAIL), by(open_town, themes[0], Channel.SMS)) == (
        2,
        2,
    )
    jeanne = subscribers.by_address(open_town, "jeanne@exemple.fr", at=NOON)
    assert jeanne.channels == (Channel.EMAIL, Channel.SMS)
    assert subscribers.proofs(open_town, jeanne.id)[0].channels == ((Channel.EMAIL, Channel.SMS),)


def test_rows_that_reach_nobody_are_explained(open_town, themes, clerk):
    rows = [
        ["Dupont", "", "05 57 52 98 98"],
        ["Martin", "", "06 12"],
        ["Petit", "", ""],
        ["Roux", "roux@exemple.fr", "06 12 34 56"],
    ]

    found = import_rows(open_town, clerk, rows, themes[:1])

    assert (found.added, found.rejected) == (1, 4)
    assert reasons(open_town) == ["bad_phone", "landline", "no_address", "no_address"]


def test_a_number_reaches_somebody_known_by_address_and_goes_when_the_import_is_undone(
    open_town, themes, clerk, agent
):
    before = NOON - timedelta(days=1)
    jeanne = scene.join(open_town, "jeanne@exemple.fr", themes[:1], at=before)

    found = import_rows(
        open_town, clerk, [["Dupont", "jeanne@exemple.fr", "0612345678"]], themes[:1]
    )
    with_number = by(open_town, themes[0], Channel.SMS)
    row = Subscription.objects.of(open_town).get(subscriber=jeanne)
    imports.undo(open_town, found.id, by=agent, at=NOON)
    undoing.sweep_all(open_town, at=NOON)

    assert (with_number, row.channels) == (1, BOTH)
    assert by(open_town, themes[0], Channel.SMS) == 0
    assert by(open_town, themes[0], Channel.EMAIL) == 1
    assert contact_points.find(open_town, Channel.SMS, "0612345678") is None


def test_a_number_of_somebody_else_stays_theirs(open_town, themes, clerk):
    import_rows(open_town, clerk, [["Petit", "", "0612345678"]], themes[:1])

    import_rows(open_town, clerk, [["Dupont", "jeanne@exemple.fr", "0612345678"]], themes[:1])

    assert "taken" in reasons(open_town)
    assert subscribers.by_address(open_town, "jeanne@exemple.fr", at=NOON).phone is None


def test_a_number_that_said_stop_is_not_brought_back(open_town, themes, clerk):
    import_rows(open_town, clerk, [["Petit", "", "0612345678"]], themes[:1])
    point = contact_points.find(open_town, Channel.SMS, "0612345678")
    assert point is not None
    stops.stop(open_town, point, reason=StopReason.UNSUBSCRIBED, at=NOON)

    found = import_rows(open_town, clerk, [["Petit", "", "06 12 34 56 78"]], themes[1:2])

    assert found.stopped == 1
    assert by(open_town, themes[1], Channel.SMS) == 0


def test_undoing_forgets_those_who_were_known_by_a_number_alone(open_town, themes, clerk, agent):
    found = import_rows(open_town, clerk, [["Petit", "", "0612345678"]], themes[:1])

    imports.undo(open_town, found.id, by=agent, at=NOON)
    undoing.sweep_all(open_town, at=NOON)

    assert contact_points.find(open_town, Channel.SMS, "0612345678") is None
    assert not Subscriber.objects.of(open_town).filter(phone_point__isnull=False).exists()
