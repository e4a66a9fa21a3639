"""Several towns claim one name: only the one that the DNS shows to be its owner holds it, and nobody blocks it."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from beffroi.kit.mail_records.seen import Fact, Finding, Light
from beffroi.kit.mail_records.wanted import Kind
from beffroi.mailhosting import desk, sealed
from beffroi.mailhosting.models import Departure, DkimKey, Domain, Nudge
from beffroi.mailhosting.queries import domains as read
from beffroi.mailhosting.services import aliases, away, checking, domains, passwords
from beffroi.mailhosting.services.aliases import Targets
from tests.cast import NOON
from tests.rooms.mailhosting import scene
from tests.rooms.mailhosting.test_mailserver_views import dovecot, postfix, script

NAME, MAYOR = "bassin.example", "maire@bassin.example"


def claim(town):
    return domains.choose(town, NAME, by=None, at=NOON)


def proof(town, domain):
    """As the check sees it: the town's own key, and the MX that leads here."""
    records = checking.records(town, domain, at=NOON)
    both = [one for one in records if one.kind in (Kind.MX, Kind.DKIM)]
    return tuple(Finding(wanted=one, light=Light.GREEN, fact=Fact.RIGHT) for one in both)


def states():
    rows = Domain.objects.across_towns(why="a test").filter(name=NAME)
    return sorted(rows.values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_proofs_at_the_same_moment_one_holds_the_name(town, other_town):
    claims = [(one, claim(one)) for one in (town, other_town)]
    proofs = [(one, domain, proof(one, domain)) for one, domain in claims]
    gate, checks = threading.Barrier(2), []

    def keep(one, domain, found):
        gate.wait()
        try:
            checks.append(checking.keep(one, domain, found, at=NOON))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep, args=each) for each in proofs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(checks) == 2  # what was seen is kept for both
    assert states() == [Domain.State.CHOSEN, Domain.State.PUBLISHED]
    assert sum(len(read.held_elsewhere(one)) for one, _ in claims) == 1
    assert postfix("domains", "name", name=NAME) == [NAME]


def test_the_servers_know_the_boxes_of_the_holder_and_of_nobody_else(town, other_town):
    mine, theirs = claim(town), claim(other_town)
    box, false_box = scene.a_box(town, mine, "maire"), scene.a_box(other_town, theirs, "maire")
    for one, its in ((town, box), (other_town, false_box)):
        passwords.set_password(one, its.pk, "une phrase bien longue", by=None, at=NOON)
        scene.a_device(one, its)
    false_alias = Targets(mailbox_ids=[false_box.pk])
    aliases.create(other_town, theirs.pk, "accueil", false_alias, by=None, at=NOON)

    def seen():
        return (
            postfix("mailboxes", "mailbox", address=MAYOR),
            postfix("aliases", "target", address="accueil@bassin.example"),
            postfix("senders", "login", address=MAYOR),
            dovecot("users", "mailbox", username=MAYOR),
            len(dovecot("app_passwords", "digest", username=MAYOR)),
            len(dovecot("scripts", "script", username=MAYOR)),
        )

    assert seen() == ([], [], [], [], 0, 0)
    domains.move(town, mine.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    assert seen() == ([box.pk], [], [MAYOR], [box.pk], 1, 1)


def test_a_box_that_waits_for_its_name_is_reached_by_its_number_and_filled_to_its_quota(town):
    domain = claim(town)
    box = scene.a_box(town, domain, "maire", quota_mib=7)

    def quota():
        by_number = f"box-{box.pk}@sent.beffroi.internal"
        return dovecot("users", "quota_rule", username=by_number)

    assert box.server_login == f"box-{box.pk}@sent.beffroi.internal"
    assert quota() == [f"*:bytes={7 * 2**20}"]
    held = domains.move(town, domain.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    box.address.domain = held
    assert box.server_login == MAYOR
    assert quota() == ["*:bytes=0"]  # the copy of what was sent is never refused


def test_nothing_is_sent_on_to_a_box_under_a_name_that_the_town_does_not_hold(town, domain, mayor):
    """The letter would go to whoever owns the name."""
    successor = scene.a_box(town, claim(town), "maire")
    Departure.objects.create_in(
        town,
        mailbox=mayor,
        leaves_at=NOON,
        subject="Départ",
        text="",
        successor=successor,
        keep_copy=False,
        decided_at=NOON,
    )

    assert "redirect" not in script("maire@arcachon.example")
    assert away.is_outside(town, MAYOR)
    domains.move(town, successor.address.domain_id, Domain.State.PUBLISHED, by=None, at=NOON)
    assert f'redirect "{MAYOR}";' in script("maire@arcachon.example")


def test_only_a_holder_s_key_is_given_to_the_filter(town, other_town, tmp_path):
    mine, theirs = claim(town), claim(other_town)
    for one, domain in ((town, mine), (other_town, theirs)):
        domains.require_key(one, domain.pk, at=NOON)
    assert len(set(DkimKey.objects.across_towns(why="a test").values_list("public_key"))) == 2

    desk.write_keys(tmp_path)
    assert NAME not in (tmp_path / "paths.map").read_text()
    domains.move(town, mine.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    desk.write_keys(tmp_path)
    kept = DkimKey.objects.of(town).get(domain=mine)
    pem = sealed.unseal(town.pk, mine.pk, bytes(kept.sealed_private_key), key_id=kept.key_id)
    assert [path.read_bytes() for path in tmp_path.glob("*.pem")] == [pem]


def test_the_operator_alone_frees_a_name_and_then_a_proof_settles_it_anew(town, other_town):
    mine, theirs = claim(town), claim(other_town)
    domains.move(town, mine.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    scene.a_box(town, mine, "maire")
    checking.keep(other_town, theirs, proof(other_town, theirs), at=NOON)
    assert read.held_elsewhere(other_town) == {theirs.pk}

    with pytest.raises(CommandError):
        call_command("release_domain", other_town.slug, NAME)
    call_command("release_domain", town.slug, NAME)

    assert states() == [Domain.State.CHOSEN] * 2
    assert Nudge.objects.of(town).filter(login=MAYOR, kind=Nudge.Kind.KICK).exists()
    theirs.refresh_from_db()
    checking.keep(other_town, theirs, proof(other_town, theirs), at=NOON)
    assert read.held_elsewhere(town) == {mine.pk}
