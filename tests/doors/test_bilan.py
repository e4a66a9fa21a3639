"""Bilan: on screen, as CSV, as PDF."""

import re
import zlib
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.bilan.queries.report import paper_figures
from beffroi.delivery.words import Channel
from tests import cast
from tests.rooms.money import scene

HERE = "/mairie/arcachon/bilan/"


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def sent(town):
    """Yesterday's letter, to 12 people."""
    yesterday = timezone.now() - timedelta(days=1)
    message = scene.enqueue(town, 12, reference="campaign:1", at=yesterday)
    scene.settle(town, message, accepted=11, bounced=1)


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def lines(response):
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def unpacked(pdf):
    """What stands in the compressed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x")


def test_a_town_that_sent_nothing_has_a_report_of_noughts(desk):
    page = words(desk.get(HERE))

    assert "Aucune alerte n’est partie" in page
    assert "Ils étaient 0 au premier jour" in page


def test_the_last_twelve_months_are_shown_and_end_yesterday(desk, sent):
    last = timezone.localdate() - timedelta(days=1)
    page = words(desk.get(HERE))

    assert f'value="{last:%Y-%m-%d}"' in page
    assert "E-mails envoyés" in page
    assert "0,10 € la partie de SMS" in page and "2 000 premières parties" in page
    assert ">12<" in page


def test_two_days_of_one_s_own_are_a_period(desk, sent):
    day = timezone.localdate() - timedelta(days=1)
    asked = f"du={day:%Y-%m-%d}&au={day:%Y-%m-%d}"

    assert f"bilan.pdf?du={day:%Y-%m-%d}&amp;au=" in words(desk.get(f"{HERE}?{asked}"))
    assert "Envois;E-mail;Envoyés;12" in lines(desk.get(f"{HERE}bilan.csv?{asked}"))


@pytest.mark.parametrize(
    "asked", ["du=2026-05-02&au=2026-05-01", "du=hier&au=demain", "du=2026-05-02", "au=9999-01-01"]
)
def test_two_days_that_are_no_period_are_said_to_be_none(desk, asked):
    assert "ne font pas une période" in words(desk.get(f"{HERE}?{asked}"))


@pytest.mark.parametrize("usual", ["an", "mois", "trimestre", "annee", "annee-passee", "jamais"])
def test_each_usual_period_opens(desk, usual):
    assert desk.get(f"{HERE}?periode={usual}").status_code == 200


def test_the_csv_tells_every_figure_in_plain_numbers(desk, sent):
    told = lines(desk.get(f"{HERE}bilan.csv"))

    assert told[0] == "Sujet;Nom;Mesure;Valeur"
    assert "Envois;E-mail;Envoyés;12" in told
    assert "Envois;E-mail;Revenus en erreur;1" in told
    assert "Envois;SMS;Remis;0" in told
    assert not [line for line in told if line.startswith("Envois;E-mail;Remis")]
    assert f"Envois;{Channel.SMS.label};TTC (€);0,00" in told


def test_the_pdf_is_tagged_in_french_and_named_after_the_period(desk, sent):
    answer = desk.get(f"{HERE}bilan.pdf?periode=annee-passee")
    year = timezone.localdate().year - 1

    assert answer["Content-Type"] == "application/pdf"
    assert f"bilan-arcachon-{year}-01-01-{year}-12-31.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")
    inside = unpacked(answer.content)
    assert b"/Lang (fr)" in inside
    assert b"/StructTreeRoot" in inside


def test_the_town_says_what_it_used_to_print(desk, town):
    assert "Dites ce que la commune imprimait" in words(desk.get(HERE))
    figures = {"letters_per_sending": "800", "sheets_per_letter": "2"}

    assert desk.post(f"{HERE}papier/", figures).status_code == 302
    assert paper_figures(town).letters_per_sending == 800
    assert "feuilles épargnées" in words(desk.get(HERE))
    assert "800 lettres imprimées autrefois" in words(desk.get(HERE))


def test_whoever_reads_results_reads_the_report_and_changes_nothing(client, town):
    client.force_login(cast.an_agent(town, "auditrice", cast.Role.AUDITOR))

    assert client.get(HERE).status_code == 200
    assert client.get(f"{HERE}papier/").status_code == 403
