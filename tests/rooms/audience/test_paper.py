"""The pile of paper forms."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from beffroi.audience import scans
from beffroi.audience.facts import PersonName
from beffroi.audience.models import PaperForm
from beffroi.audience.queries import forms, recipients, subscribers
from beffroi.audience.services import paper, preferences
from beffroi.audience.words import Status
from beffroi.delivery.models import Message
from beffroi.delivery.words import MessageState
from tests.cast import NOON
from tests.rooms.audience import scene


def a_png():
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return out.getvalue()


def test_a_signed_form_subscribes_at_once_and_writes_when_it_can_no_longer_be_undone(
    open_town, clerk, themes
):
    typed = scene.type_form(open_town, clerk, "jeanne@exemple.fr", themes[:2])

    person = subscribers.subscriber(open_town, typed.subscriber_id, at=NOON)
    assert (person.status, person.name) == (Status.ACTIVE, "Jeanne Dupont")
    assert recipients(open_town, [themes[0].id], at=NOON).count() == 1
    (proof,) = subscribers.proofs(open_town, typed.subscriber_id)
    assert (proof.form_number, proof.signed_on) == ("2026-001", date(2026, 11, 20))
    assert Message.objects.of(open_town).get().not_before == NOON + paper.UNDO


def test_a_number_is_typed_once(open_town, clerk, themes):
    scene.type_form(open_town, clerk, "a@exemple.fr", themes)

    with pytest.raises(paper.NumberTaken):
        scene.type_form(open_town, clerk, "b@exemple.fr", themes)
    assert subscribers.by_address(open_town, "b@exemple.fr", at=NOON) is None


def test_a_known_person_is_told_of_before_and_gets_the_missing_themes(open_town, clerk, themes):
    scene.join(open_town, "a@exemple.fr", themes[:1])

    check = forms.check(open_town, number="2026-001", address="A@exemple.fr", at=NOON)
    typed = scene.type_form(open_town, clerk, "a@exemple.fr", themes[:2])

    assert check.known.theme_names == ("Culture et événements",)
    assert not typed.is_new
    assert typed.added_theme_names == ("Informations pratiques",)


def test_a_form_signed_before_a_departure_does_not_bring_back(open_town, clerk, themes):
    person = scene.join(open_town, "a@exemple.fr", themes[:1])
    preferences.unsubscribe(open_town, person, at=NOON)

    with pytest.raises(paper.LeftSince):
        scene.type_form(open_town, clerk, "a@exemple.fr", themes, signed_on=date(2026, 11, 1))
    back = scene.type_form(
        open_town, clerk, "a@exemple.fr", themes[:1], signed_on=date(2026, 11, 24)
    )
    assert subscribers.subscriber(open_town, back.subscriber_id, at=NOON).status == Status.ACTIVE


def test_a_signature_in_the_future_is_refused(open_town, clerk, themes):
    with pytest.raises(paper.SignedLater):
        scene.type_form(
            open_town, clerk, "a@exemple.fr", themes, signed_on=NOON.date() + timedelta(days=1)
        )


def test_undoing_forgets_a_new_person_frees_the_number_and_sends_nothing(open_town, clerk, themes):
    typed = scene.type_form(open_town, clerk, "a@exemple.fr", themes)

    paper.undo_form(open_town, typed.form_id, by=clerk, at=NOON + timedelta(minutes=4))

    assert subscribers.by_address(open_town, "a@exemple.fr", at=NOON) is None
    assert Message.objects.of(open_town).get().state == MessageState.CANCELLED
    scene.type_form(open_town, clerk, "a@exemple.fr", themes)


def test_undoing_gives_a_known_person_back_as_they_were(open_town, clerk, themes):
    left = scene.join(open_town, "parti@exemple.fr", themes[:1])
    preferences.unsubscribe(open_town, left, at=NOON)
    typed = scene.type_form(
        open_town, clerk, "parti@exemple.fr", themes[:2], signed_on=date(2026, 11, 24)
    )
    paper.undo_form(open_town, typed.form_id, by=clerk, at=NOON)

    person = subscribers.subscriber(open_town, left, at=NOON)
    assert (person.status, person.theme_ids) == (Status.LEFT, frozenset())
    assert recipients(open_town, [themes[1].id], at=NOON).count() == 0


def test_undoing_one_of_two_forms_of_a_new_person_keeps_the_other(open_town, clerk, themes):
    first = scene.type_form(open_town, clerk, "a@exemple.fr", themes[:1])
    scene.type_form(open_town, clerk, "a@exemple.fr", themes[1:2], number="2026-002")

    paper.undo_form(open_town, first.form_id, by=clerk, at=NOON)

    assert subscribers.by_address(open_town, "a@exemple.fr", at=NOON).theme_ids == {themes[1].id}


def test_after_five_minutes_a_form_stays(open_town, clerk, themes):
    typed = scene.type_form(open_town, clerk, "a@exemple.fr", themes)

    with pytest.raises(paper.TooLate):
        paper.undo_form(open_town, typed.form_id, by=clerk, at=NOON + timedelta(minutes=6))


def test_the_next_number_keeps_its_zeros(open_town, clerk, themes):
    assert forms.next_number(open_town) == ""
    scene.type_form(open_town, clerk, "a@exemple.fr", themes, number="2026-099")

    assert forms.next_number(open_town) == "2026-100"


def test_a_scan_is_sealed_and_comes_back_as_it_was(open_town, clerk, themes):
    typed = scene.type_form(open_town, clerk, "a@exemple.fr", themes, scan=a_png())

    assert a_png()[:20] not in bytes(PaperForm.objects.of(open_town).get().sealed_scan or b"")
    assert paper.show_scan(open_town, typed.form_id, by=clerk, at=NOON) == (a_png(), "image/png")


@pytest.mark.parametrize("body", [b"<html>", b"%PDF-1.7 tronqu", b"\x89PNG\r\n\x1a\nrien"])
def test_a_scan_that_is_not_what_it_says_is_refused(open_town, clerk, themes, body):
    with pytest.raises(scans.BadScan):
        scene.type_form(open_town, clerk, "a@exemple.fr", themes, scan=body)
    assert not PaperForm.objects.of(open_town).exists()


def test_a_person_is_found_by_family_name_whatever_the_accents(open_town, clerk, themes):
    name = PersonName(first_name="Hélène", family_name="Le Gœff-Évrard")
    typed = scene.type_form(open_town, clerk, "h@exemple.fr", themes, name=name)

    for text in ("le goeff evrard", "LE GŒFF-ÉVRARD", "legoeffevrard", "h@EXEMPLE.fr"):
        found = subscribers.search(open_town, subscribers.Search(text=text), at=NOON)
        assert [one.id for one in found.subscribers] == [typed.subscriber_id], text
    assert subscribers.search(open_town, subscribers.Search(text="goeff"), at=NOON).total == 0
