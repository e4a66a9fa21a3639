"""What the secretary does with domains, boxes, names, rosters and passwords."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from beffroi.mailhosting import names
from beffroi.mailhosting.models import DkimKey, Domain, Mailbox, Member, Nudge
from beffroi.mailhosting.queries import boxes as boxes_read, domains as domains_read, links
from beffroi.mailhosting.services import aliases, allowances, boxes, domains, passwords, roster
from beffroi.mailhosting.services.aliases import Targets
from beffroi.mailhosting.services.facts import (
    AllowanceExceeded,
    AlreadyMember,
    DomainHeld,
    DomainInUse,
    DomainKnown,
    LinkIsDead,
    NameTaken,
    NoSuchThing,
    NotAPerson,
    NotNow,
    NotShared,
    WeakPassword,
)
from tests.cast import NOON
from tests.rooms.mailhosting import scene

LATER = NOON + timedelta(days=30)


def kicked(town):
    rows = Nudge.objects.of(town).filter(kind=Nudge.Kind.KICK)
    return list(rows.values_list("login", "due_at"))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Mairie-Arcachon.FR. ", "mairie-arcachon.fr"),
        ("saint-étienne.fr", "xn--saint-tienne-geb.fr"),
    ],
)
def test_a_domain_is_written_as_the_dns_writes_it(town, typed, name):
    assert domains.choose(town, typed, by=None, at=NOON).name == name


@pytest.mark.parametrize(
    "typed", ["arcachon", "a..fr", "-a.fr", "a b.fr", "127.0.0.1", "é" * 70 + ".fr"]
)
def test_what_cannot_be_a_domain_is_refused(town, typed):
    with pytest.raises(names.NotADomain):
        domains.choose(town, typed, by=None, at=NOON)


def test_two_towns_may_claim_one_name_and_the_first_to_prove_it_holds_it_until_it_closes_it(
    town, other_town, administrator
):
    theirs = domains.choose(other_town, "Bassin.example", by=None, at=NOON)
    mine = domains.choose(town, "bassin.example", by=None, at=NOON)
    with pytest.raises(DomainKnown):
        domains.choose(town, "bassin.example", by=None, at=NOON)
    assert domains_read.held_elsewhere(other_town) == set()

    domains.move(town, mine.pk, Domain.State.PUBLISHED, by=None, at=NOON)

    with pytest.raises(DomainHeld):
        domains.move(other_town, theirs.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    theirs.refresh_from_db()
    assert theirs.state == Domain.State.CHOSEN
    assert domains_read.held_elsewhere(other_town) == {theirs.pk}
    assert domains_read.held_elsewhere(town) == set()

    domains.close(town, mine.pk, by=administrator, at=NOON)

    assert not domains_read.domains(town).exists()
    assert domains_read.held_elsewhere(other_town) == set()
    held = domains.move(other_town, theirs.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    assert held.town == other_town


def test_a_domain_goes_into_service_with_a_key_of_its_own(town):
    chosen = domains.choose(town, "ville-arcachon.example", by=None, at=NOON)
    assert not DkimKey.objects.of(town).filter(domain=chosen).exists()

    domains.move(town, chosen.pk, Domain.State.PUBLISHED, by=None, at=NOON)

    assert DkimKey.objects.of(town).get(domain=chosen).state == DkimKey.State.CURRENT


def test_a_domain_with_boxes_is_not_closed_nor_a_closed_one_opened(town, domain, administrator):
    box = scene.a_box(town, domain, "accueil", kind="function")
    with pytest.raises(DomainInUse):
        domains.close(town, domain.pk, by=administrator, at=NOON)
    boxes.move(town, box.pk, Mailbox.State.ARCHIVED, by=administrator, at=NOON)
    domains.close(town, domain.pk, by=administrator, at=NOON)

    with pytest.raises(NotNow):
        domains.move(town, domain.pk, Domain.State.PUBLISHED, by=administrator, at=NOON)


def test_a_box_and_an_alias_never_share_a_name(town, domain, mayor):
    aliases.create(town, domain.pk, "elus", Targets(mailbox_ids=[mayor.pk]), by=None, at=NOON)

    with pytest.raises(NameTaken):
        scene.a_box(town, domain, "Elus")
    with pytest.raises(NameTaken):
        aliases.create(town, domain.pk, "maire", Targets(outside=["a@b.fr"]), by=None, at=NOON)


@pytest.mark.parametrize("typed", ["a+b", "é", "", ".a", "a..b", "a b", "x" * 65])
def test_a_name_that_mail_cannot_carry_is_refused(town, domain, typed):
    with pytest.raises(names.NotALocalPart):
        scene.a_box(town, domain, typed)


def test_a_renamed_box_keeps_its_old_name_as_an_alias_or_frees_it(town, domain, mayor):
    box = boxes.rename(
        town,
        mayor.pk,
        domain_id=domain.pk,
        local_part="m.le.maire",
        keep_old=True,
        by=None,
        at=NOON,
    )
    assert box.address.email == "m.le.maire@arcachon.example"
    assert [name.email for name in boxes_read.names_of(town, box.pk)] == ["maire@arcachon.example"]
    assert ("maire@arcachon.example", NOON) in kicked(town)

    boxes.rename(
        town, mayor.pk, domain_id=domain.pk, local_part="le.maire", keep_old=False, by=None, at=NOON
    )
    assert scene.a_box(town, domain, "m.le.maire").pk != mayor.pk


def test_the_operator_bounds_boxes_and_room(town, domain, administrator):
    allowances.lend(town, max_boxes=2, max_mib=3000, by=administrator, at=NOON)
    box = scene.a_box(town, domain, "un", quota_mib=1000)
    with pytest.raises(AllowanceExceeded):
        scene.a_box(town, domain, "deux", quota_mib=2001)
    scene.a_box(town, domain, "deux", quota_mib=1000)
    with pytest.raises(AllowanceExceeded):
        scene.a_box(town, domain, "trois", quota_mib=1)
    with pytest.raises(AllowanceExceeded):
        boxes.change(
            town, box.pk, display_name="Un", holder_id=None, quota_mib=2001, by=None, at=NOON
        )


def test_a_roster_takes_people_only_once_and_only_for_shared_boxes(town, domain, mayor, urbanism):
    roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)

    with pytest.raises(AlreadyMember):
        roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)
    with pytest.raises(NotShared):
        roster.add(town, mayor.pk, mayor.pk, by=None, at=NOON)
    with pytest.raises(NotAPerson):
        other = scene.a_box(town, domain, "culture", kind="commission")
        roster.add(town, urbanism.pk, other.pk, by=None, at=NOON)


def test_who_had_access_when_stays_on_record(town, mayor, urbanism):
    first = roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)
    roster.end(town, first.pk, by=None, at=LATER)
    roster.add(town, urbanism.pk, mayor.pk, by=None, at=LATER)

    assert [m.until for m in boxes_read.history(town, urbanism.pk)] == [None, LATER]
    assert [m.since for m in boxes_read.roster(town, urbanism.pk, at=LATER)] == [LATER]
    with pytest.raises(DatabaseError), transaction.atomic():
        Member.objects.of(town).filter(pk=first.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Member.objects.of(town).filter(pk=first.pk).update(since=LATER)


def test_sessions_end_when_a_term_begins_and_when_it_ends(town, mayor, urbanism):
    roster.add(town, urbanism.pk, mayor.pk, since=NOON, until=LATER, by=None, at=NOON)

    assert kicked(town) == [("maire@arcachon.example", NOON), ("maire@arcachon.example", LATER)]


def test_the_holder_chooses_a_password_through_a_link_that_is_good_once(town, mayor):
    old = passwords.make_link(town, mayor.pk, by=None, at=NOON)
    token = passwords.make_link(town, mayor.pk, by=None, at=NOON)
    with pytest.raises(LinkIsDead):
        passwords.use_link(town, old, "une phrase bien longue", at=NOON)
    with pytest.raises(WeakPassword):
        passwords.use_link(town, token, "motdepasse", at=NOON)

    box = passwords.use_link(town, token, "une phrase bien longue", at=NOON)

    assert box.password_hash.startswith("{ARGON2ID}$argon2id$")
    assert links.link_with(town, token, at=NOON) is None
    with pytest.raises(LinkIsDead):
        passwords.use_link(town, token, "une autre phrase longue", at=NOON)


def test_an_old_link_is_dead(town, mayor):
    token = passwords.make_link(town, mayor.pk, by=None, at=NOON)
    assert links.link_with(town, token, at=NOON).mailbox_id == mayor.pk

    with pytest.raises(LinkIsDead):
        passwords.use_link(town, token, "une phrase bien longue", at=LATER)


def test_a_town_reaches_no_box_name_roster_or_link_of_another(
    town, other_town, domain, mayor, urbanism
):
    member = roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)
    token = passwords.make_link(town, mayor.pk, by=None, at=NOON)
    theirs = scene.a_live_domain(other_town, "marseille.example")
    other = scene.a_box(other_town, theirs, "maire")
    for attempt in (
        lambda: scene.a_box(other_town, domain, "espion"),
        lambda: boxes.suspend(other_town, mayor.pk, by=None, at=NOON),
        lambda: roster.end(other_town, member.pk, by=None, at=NOON),
        lambda: roster.add(other_town, urbanism.pk, other.pk, by=None, at=NOON),
        lambda: passwords.make_link(other_town, mayor.pk, by=None, at=NOON),
        lambda: aliases.create(
            other_town, theirs.pk, "a", Targets(mailbox_ids=[mayor.pk]), by=None, at=NOON
        ),
    ):
        with pytest.raises(NoSuchThing):
            attempt()
    with pytest.raises(LinkIsDead):
        passwords.use_link(other_town, token, "une phrase bien longue", at=NOON)
    assert links.link_with(other_town, token, at=NOON) is None
