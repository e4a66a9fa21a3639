"""La commune > Tarifs et budgets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.delivery.words import Channel
from beffroi.money.queries import budgets, spending, tariffs
from beffroi.money.services import charges
from beffroi.towns.journal import Kind
from beffroi.towns.queries import journal
from tests import cast
from tests.rooms.money import scene

HERE = "/mairie/arcachon/commune/tarifs/"


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def cabinet(client, colleague):
    client.force_login(colleague)
    return client


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def today():
    return timezone.localdate()


def prices(**changes):
    fields = {
        "valid_from": today().isoformat(),
        "sms_part": "0,045 €",
        "email": "0.02",
        "push": "0",
        "vat_rate": "5,5",
        "free_sms_parts": "100",
    }
    return {**fields, **changes}


def a_budget(desk, amount="100", on_exceed="override", **changes):
    fields = {"service": "", "year": today().year, "amount": amount, "on_exceed": on_exceed}
    desk.post(f"{HERE}budget/", {**fields, **changes})


def test_a_town_begins_with_the_default_tariff_and_is_told_so(desk):
    page = words(desk.get(HERE))

    assert "0,10 €" in page
    assert "Tarif proposé par défaut" in page
    assert "Aucun budget pour cette année" in page


def test_a_tariff_is_typed_as_people_type(desk, town):
    assert desk.post(f"{HERE}nouveau/", prices()).status_code == 302

    in_force = tariffs.prices(town, on=today())
    assert (in_force.sms_part, in_force.email, in_force.vat_rate) == (45, 20, 550)
    assert "0,045 €" in words(desk.get(HERE))
    assert journal(town, kind=Kind.TARIFF_SET).exists()


def test_a_tariff_to_come_is_shown_and_not_yet_in_force(desk, town):
    tomorrow = today() + timedelta(days=1)
    desk.post(f"{HERE}nouveau/", prices(valid_from=tomorrow.isoformat()))

    assert "À partir du" in words(desk.get(HERE))
    assert tariffs.prices(town, on=today()).sms_part == 100
    assert tariffs.prices(town, on=tomorrow).sms_part == 45


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("sms_part", "dix", "Écrivez un montant en euros"),
        ("sms_part", "150", "dépasse 100 €"),
        ("vat_rate", "120", "entre 0 et 100"),
        ("valid_from", "2020-01-01", "Ce jour est passé"),
    ],
)
def test_what_is_no_price_is_said_beside_its_field(desk, town, field, typed, said):
    answer = desk.post(f"{HERE}nouveau/", prices(**{field: typed}))

    assert answer.status_code == 200
    assert said in words(answer)
    assert tariffs.versions(town) == []


def test_a_budget_shows_what_is_spent_and_left(desk, town):
    a_budget(desk, "1 000")
    message = scene.enqueue(town, 50, at=timezone.now())
    charges.charge(town, [message], service_id=None, at=timezone.now())
    page = words(desk.get(HERE))

    assert "1,00 € / 1 000,00 €" in page
    assert "Il reste 999,00 €" in page


def test_a_budget_is_changed_and_taken_away(desk, town):
    a_budget(desk)
    [budget] = budgets.of_year(town, year=today().year)
    desk.post(f"{HERE}budget/{budget.budget_id}/", {"amount": "250", "on_exceed": "stop"})

    [changed] = budgets.of_year(town, year=today().year)
    assert (changed.amount, changed.may_be_overridden) == (250_000, False)
    desk.post(f"{HERE}budget/{budget.budget_id}/retirer/")
    assert list(budgets.of_year(town, year=today().year)) == []


def test_the_cabinet_grants_more_with_a_reason(client, administrator, colleague, town):
    client.force_login(administrator)
    a_budget(client)
    [budget] = budgets.of_year(town, year=today().year)
    client.force_login(colleague)
    where = f"{HERE}budget/{budget.budget_id}/depassement/"

    assert "Ce champ est obligatoire" in words(client.post(where, {"amount": "50", "why": ""}))
    client.post(where, {"amount": "50", "why": "Inondations"}, follow=True)
    assert "Inondations" in words(client.get(HERE))
    assert budgets.of_year(town, year=today().year)[0].limit == 150_000


def test_a_hard_stop_offers_no_override(client, administrator, colleague, town):
    client.force_login(administrator)
    a_budget(client, on_exceed="stop")
    [budget] = budgets.of_year(town, year=today().year)
    client.force_login(colleague)
    where = f"{HERE}budget/{budget.budget_id}/depassement/"

    assert "n’admet pas de dépassement" in words(client.get(where))
    answer = client.post(where, {"amount": "50", "why": "Inondations"}, follow=True)
    assert "Rien n’a changé" in words(answer)
    assert budgets.of_year(town, year=today().year)[0].granted == 0


def test_the_statement_tells_a_month_and_gives_it_as_csv(desk, town):
    message = scene.enqueue(town, 30, channel=Channel.SMS, parts=2, at=timezone.now())
    charges.charge(town, [message], service_id=None, at=timezone.now())
    month = f"{spending.month_of(timezone.now()):%Y-%m}"

    assert "La commune elle-même" in words(desk.get(f"{HERE}releve/?mois={month}"))
    answer = desk.get(f"{HERE}releve/releve.csv?mois={month}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == "La commune elle-même;SMS;1;30;60;60;0,00;0,00;0,00"
    assert lines[2].startswith("Total;;1;30;60;60;")


@pytest.mark.parametrize("asked", ["", "2026-13", "hier", "0000-00"])
def test_a_month_that_is_none_shows_this_one(desk, asked):
    assert desk.get(f"{HERE}releve/?mois={asked}").status_code == 200


def test_an_auditor_reads_and_changes_nothing(client, town):
    client.force_login(cast.an_agent(town, "auditrice", cast.Role.AUDITOR))

    assert client.get(HERE).status_code == 200
    assert client.get(f"{HERE}nouveau/").status_code == 403
    assert client.get(f"{HERE}budget/").status_code == 403
