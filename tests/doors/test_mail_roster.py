"""Courrier > the roster of a commission: several at once, an end with a date, who had access when."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import Member
from beffroi.mailhosting.queries import boxes
from tests.rooms.mailhosting import scene


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def council(town):
    """A commission and three people who have a box."""
    domain = scene.a_live_domain(town, "mairie-arcachon.example")
    people = [scene.a_box(town, domain, name) for name in ("anne", "bruno", "carole")]
    return scene.a_box(town, domain, "urbanisme", kind="commission"), people


def here(shared):
    return f"/mairie/arcachon/courrier/boites/{shared.pk}/composition/"


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def add(desk, shared, people, **fields):
    asked = {"plus-people": [one.pk for one in people], "plus-may_send_as": "on", **fields}
    return words(desk.post(here(shared), asked, follow=True))


def on_it(town, shared):
    rows = boxes.roster(town, shared.pk, at=timezone.now())
    return sorted(one.person.display_name for one in rows)


def test_several_people_join_at_once_and_leave_at_once_with_an_undo(desk, town, council):
    shared, people = council

    page = add(desk, shared, people)
    assert "Anne, Bruno, Carole voient la boîte dès maintenant" in page
    assert on_it(town, shared) == ["Anne", "Bruno", "Carole"]

    leaving = Member.objects.of(town).filter(person__in=people[:2])
    asked = {"membre": [one.pk for one in leaving]}
    page = words(desk.post(f"{here(shared)}retirer/", asked, follow=True))
    assert on_it(town, shared) == ["Carole"]
    assert "Qui l’a lue, et quand" in page

    desk.post(re.search(r'action="([^"]+remettre[^"]+)"', page).group(1))
    assert on_it(town, shared) == ["Anne", "Bruno", "Carole"]
    assert boxes.history(town, shared.pk).count() == 5


def test_a_last_day_ends_access_with_that_day_and_is_called_off(desk, town, council):
    shared, people = council
    add(desk, shared, people[:1])
    member = Member.objects.of(town).get()
    friday = timezone.localdate() + timedelta(days=9)

    asked = {"membre": [member.pk], "fin-when": friday.isoformat()}
    desk.post(f"{here(shared)}retirer/", asked)
    member.refresh_from_db()
    assert timezone.localtime(member.until).date() == friday + timedelta(days=1)
    assert on_it(town, shared) == ["Anne"]

    desk.post(f"/mairie/arcachon/courrier/membres/{member.pk}/rester/")
    member.refresh_from_db()
    assert member.until is None


def test_a_member_stops_writing_as_the_box_and_both_times_stay_on_record(desk, town, council):
    shared, people = council
    add(desk, shared, people[:1])
    member = Member.objects.of(town).get()

    desk.post(f"/mairie/arcachon/courrier/membres/{member.pk}/ecrire/", {"oui": "0"})

    assert on_it(town, shared) == ["Anne"]
    told = boxes.history(town, shared.pk).order_by("id").values_list("may_send_as", flat=True)
    assert list(told) == [True, False]


def test_dates_the_wrong_way_round_add_nobody(desk, town, council):
    shared, people = council
    day = timezone.localdate() + timedelta(days=5)
    dates = {
        "plus-since": day.isoformat(),
        "plus-until": (day - timedelta(days=2)).isoformat(),
    }

    page = add(desk, shared, people, **dates)

    assert "Ce jour vient avant le début" in page
    assert not Member.objects.of(town).exists()
