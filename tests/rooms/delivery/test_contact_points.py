"""Addresses are found, shown, opened, forgotten and re-sealed; a dump of the database gives nobody's."""

import base64
import os
import random
import shutil
import subprocess

import pytest
from django.conf import settings as project
from django.db import connection

from beffroi.delivery import keys
from beffroi.delivery.models import ContactPoint, Event, StrayReturn
from beffroi.delivery.queries import links, people as people_queries
from beffroi.delivery.services import contact_points, returns, rotation, stops
from beffroi.delivery.services.contact_points import NoSuchContactPoint
from beffroi.delivery.words import Channel, ContactState, Lane, StopReason
from beffroi.kit.contacts import NotAnAddress
from beffroi.kit.tokens import BadToken
from tests.cast import NOON
from tests.rooms.delivery import cast
from tests.rooms.delivery.letters import a_bounce, the_return_path

EMAIL = Channel.EMAIL


def find_or_create(town, *addresses):
    return contact_points.find_or_create_many(town, EMAIL, addresses, at=NOON)


@pytest.mark.django_db
class TestAddresses:
    def test_one_address_is_one_contact_point_however_it_is_typed(self, town):
        first, second, third = find_or_create(
            town, "Camille@Exemple.fr", " camille@exemple.fr ", "dupont@exemple.fr"
        )
        assert first == second != third
        assert contact_points.find_or_create(town, EMAIL, "CAMILLE@exemple.fr", at=NOON) == first
        assert contact_points.reveal(town, first) == "Camille@exemple.fr"
        assert contact_points.masked(town, [first, third]) == {
            first: "C••••e@exemple.fr",
            third: "d••••t@exemple.fr",
        }

    def test_towns_share_no_contact_point(self, town, other_town):
        (mine,) = find_or_create(town, "camille@exemple.fr")
        assert contact_points.find(other_town, EMAIL, "camille@exemple.fr") is None
        (theirs,) = find_or_create(other_town, "camille@exemple.fr")
        assert mine != theirs
        with pytest.raises(NoSuchContactPoint):
            contact_points.reveal(other_town, mine)
        with pytest.raises(NoSuchContactPoint):
            contact_points.erase(other_town, mine, at=NOON)

    def test_what_is_no_address_creates_nothing(self, town):
        with pytest.raises(NotAnAddress):
            find_or_create(town, "camille@exemple.fr", "camille")
        assert not ContactPoint.objects.of(town).exists()

    def test_an_erased_address_is_gone_and_may_come_back_as_someone_new(self, town):
        (person,) = find_or_create(town, "camille@exemple.fr")
        token = links.preferences_token(town, person)
        stops.stop(town, person, at=NOON, reason=StopReason.UNSUBSCRIBED, theme_id=3)
        contact_points.erase(town, person, at=NOON)
        assert contact_points.find(town, EMAIL, "camille@exemple.fr") is None
        assert contact_points.masked(town, [person]) == {}
        with pytest.raises(NoSuchContactPoint):
            contact_points.reveal(town, person)
        with pytest.raises(BadToken):
            links.read_preferences(town, token)
        standing = people_queries.standing(town, person)
        assert standing.state == ContactState.ERASED
        assert [stop.reason for stop in standing.stops] == [StopReason.ERASED]
        assert find_or_create(town, "camille@exemple.fr") != [person]

    def test_what_came_back_about_an_erased_address_is_forgotten_too(self, town):
        people = cast.people(town, 2)
        message_id = cast.sent(town, people)
        for seq in (0, 1):
            raw = a_bounce(message_id, seq)
            returns.receive(raw, envelope_recipient=the_return_path(message_id, seq), at=NOON)
        contact_points.erase(town, people[0], at=NOON)
        kept = Event.objects.of(town).order_by("seq").values_list("raw", flat=True)
        assert [raw is None for raw in kept] == [True, False]

    def test_a_new_preference_link_makes_the_old_one_worthless(self, town, other_town):
        (person,) = find_or_create(town, "camille@exemple.fr")
        token = links.preferences_token(town, person)
        assert links.read_preferences(town, token) == person
        with pytest.raises(BadToken):
            links.read_preferences(other_town, token)
        contact_points.reissue_links(town, person)
        with pytest.raises(BadToken):
            links.read_preferences(town, token)
        assert links.read_preferences(town, links.preferences_token(town, person)) == person

    def test_a_stop_that_is_lifted_also_clears_what_was_held_against_the_address(self, town):
        (person,) = find_or_create(town, "camille@exemple.fr")
        stops.stop(town, person, at=NOON, reason=StopReason.BOUNCED)
        ContactPoint.objects.of(town).update(state=ContactState.BOUNCED, soft_bounces=3)
        assert list(people_queries.stopped(town, at=NOON)) == [person]
        stops.lift_stop(town, person, at=NOON)
        standing = people_queries.standing(town, person)
        assert (standing.state, standing.soft_bounces, standing.stops) == (ContactState.OK, 0, [])

    def test_ten_thousand_addresses_take_a_few_statements(
        self, town, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(4):
            find_or_create(town, *cast.addresses(10_000))


@pytest.mark.django_db
class TestRotation:
    def test_new_keys_replace_the_old_ones_and_everything_still_opens(self, town):
        people = cast.people(town, 2_500)
        contact_points.erase(town, people[-1], at=NOON)
        message_id = cast.sent(town, people[:1])
        raw = a_bounce(message_id, 0)
        returns.receive(raw, envelope_recipient=the_return_path(message_id, 0), at=NOON)
        returns.receive(b"From: a@b.fr\r\n\r\n?", envelope_recipient="x@y.fr", at=NOON)
        old = keys.ring()
        told: list[int] = []
        assert rotation.rotate(tell=told.append, wait=lambda _: None) == 2_501
        assert told[-1] == 2_501
        ring = keys.ring()
        assert set(ring.generations) == {2} and ring.generations[2] != old.generations[1]
        assert contact_points.reveal(town, people[7]) == "habitant.7@exemple.fr"
        assert contact_points.find(town, EMAIL, "habitant.7@exemple.fr") == people[7]
        assert returns.raw_report(town, Event.objects.of(town).get().pk) == raw
        assert StrayReturn.objects.get().key_id == 2

    @pytest.mark.slow
    def test_an_interrupted_rotation_goes_on_where_it_stopped(self, town):
        people = cast.people(town, 2_500)

        def die(count):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(tell=die, wait=lambda _: None)
        assert set(keys.ring().generations) == {1, 2}
        assert contact_points.find_many(town, EMAIL, cast.addresses(2_500)) == people
        assert find_or_create(town, "habitant.2400@exemple.fr") == [people[2400]]
        assert rotation.rotate(tell=lambda _: None, wait=lambda _: None) == 1_500
        assert set(keys.ring().generations) == {2}

    def test_the_keys_are_readable_by_their_owner_only(self, town):
        keys.ring()
        path = project.CONTACT_KEYS_FILE
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_a_process_learns_of_new_keys_when_it_meets_them(self, town):
        keys.replace(keys.ring().with_new_generation())
        keys.ring()
        other_process = keys.ring().with_new_generation().sealing_with_newest()
        keys.replace(other_process)
        assert keys.ring_with(3).current == 3


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_database_gives_nobodys_address(town, engine, relay_of):
    """Plain SQL from the real pg_dump: neither addresses nor their parts, in no usual dress."""
    random.seed()
    secret = [f"{random.randbytes(6).hex()}.{n}@{random.randbytes(6).hex()}.fr" for n in range(40)]
    people = find_or_create(town, *secret)
    message_id = cast.sent(town, people)
    engine(relay_of(hard="RCPT"))
    again = cast.sent(town, people, lane=Lane.TRANSACTIONAL)
    engine(relay_of(soft="RCPT"))
    for seq, address in enumerate(secret[:20]):
        raw = a_bounce(message_id, seq, address=address)
        returns.receive(raw, envelope_recipient=the_return_path(message_id, seq), at=NOON)
        stray = raw.replace(b"retours.localhost", b"ailleurs.example")
        returns.receive(stray, envelope_recipient="x@ailleurs.example", at=NOON)
    assert Event.objects.of(town).filter(message_id=again).count() == 40
    assert StrayReturn.objects.count() == 20

    dump = the_dump()
    assert b"COPY public.delivery_contactpoint" in dump and b"telmail@arcachon.example" in dump
    for address in secret:
        for part in (address, *address.split("@")):
            for dressed in dresses(part.encode()):
                assert dressed not in dump


def dresses(plain: bytes) -> list[bytes]:
    """As it is, in hexadecimal, in base64 (whatever stands before it) and backwards."""
    encoded = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, plain.hex().encode(), plain.upper(), plain[::-1], *encoded]


def the_dump() -> bytes:
    program = shutil.which("pg_dump")
    assert program, "pg_dump comes with PostgreSQL"
    database = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}
    command = [program, "--format=plain", "--dbname", str(database["NAME"])]
    for option, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database[name]:
            command += [option, str(database[name])]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout
