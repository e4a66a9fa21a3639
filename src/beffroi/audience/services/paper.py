"""Paper forms: typed in by an agent, with the signature as the consent.

A signed form is a clear affirmative act, and the town keeps it as the proof (GDPR art. 4(11) and 7(1)): the person is
subscribed at once. They are still written to, once the form can no longer be undone, because an address is easily
misread: its owner leaves in one click.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience import letters, scans, sealed
from beffroi.audience.facts import PaperFormData, TypedForm
from beffroi.audience.models import ConsentProof, PaperForm, Subscriber, Subscription, Theme
from beffroi.audience.services import erasure, people, proofs
from beffroi.audience.words import Origin, ProofAction, Status
from beffroi.delivery.services import contact_points, messages, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

UNDO = timedelta(minutes=5)


class NumberTaken(Exception):
    """A form of this town already bears this number."""


class NoNumber(Exception):
    """A form has a number."""


class SignedLater(Exception):
    """The date of the signature is in the future."""


class LeftSince(Exception):
    """The person unsubscribed after signing this form: their last word stands."""


class NoSuchForm(Exception):
    """This town has no such form."""


class TooLate(Exception):
    """The five minutes are over: change or unsubscribe the person instead."""


@transaction.atomic
def type_form(town: Town, form: PaperFormData, *, by: Agent, at: datetime) -> TypedForm:
    """Subscribes the person, or gives a known one the themes that were missing.

    Raises: kit.contacts.NotAnAddress, NoTheme, NoNumber, NumberTaken, SignedLater, LeftSince, scans.BadScan,
    scans.TooBig.
    """
    number = form.number.strip()
    if not number:
        raise NoNumber
    if form.signed_on > localdate(at):
        raise SignedLater
    if PaperForm.objects.of(town).filter(number=number).exists():
        raise NumberTaken(number)
    themes = people.open_themes(town, form.theme_ids)
    scan_kind = scans.media_type(form.scan) if form.scan else ""
    point = contact_points.find_or_create(town, Channel.EMAIL, form.address, at=at)
    subscriber = people.at_contact_point(town, point)
    previous = subscriber.status if subscriber else ""
    if subscriber is None:
        subscriber = Subscriber.objects.create_in(
            town,
            email_point_id=point,
            status=Status.ACTIVE,
            origin=Origin.PAPER,
            created_at=at,
            confirmed_at=at,
        )
    elif subscriber.left_at is not None and form.signed_on < localdate(subscriber.left_at):
        raise LeftSince(subscriber.pk)
    if subscriber.status != Status.ACTIVE:
        people.activate(town, subscriber, at=at)
    if form.name.first_name or form.name.family_name:
        people.give_name(town, subscriber, form.name)
    subscriber.save()
    row = _file(town, form, number=number, scan_kind=scan_kind, by=by, at=at)
    added = people.subscribe_to(
        town, subscriber, themes, origin=Origin.PAPER, at=at, paper_form=row
    )
    row.subscriber, row.previous_status = subscriber, previous
    row.proof = _prove(town, subscriber, themes, row, by=by, at=at)
    row.message_id = letters.welcome_from_paper(
        town,
        point,
        [theme.name for theme in themes],
        form_number=number,
        at=at,
        not_before=at + UNDO,
    )
    row.save()
    _tell(town, subscriber.pk, gettext("Bulletin papier n° {number} saisi"), number, by=by, at=at)
    return TypedForm(
        form_id=row.pk,
        subscriber_id=subscriber.pk,
        is_new=not previous,
        added_theme_names=tuple(theme.name for theme in added),
    )


@transaction.atomic
def undo_form(town: Town, form_id: int, *, by: Agent, at: datetime) -> None:
    """As if the form had never been typed; its number is free again. Raises: NoSuchForm, TooLate."""
    form = (
        PaperForm.objects.of(town)
        .select_for_update(of=("self",))
        .select_related("subscriber")
        .filter(pk=form_id)
        .first()
    )
    if form is None or form.subscriber is None:
        raise NoSuchForm(form_id)
    if form.typed_at + UNDO < at:
        raise TooLate(form_id)
    subscriber, number = form.subscriber, form.number
    if form.message_id is not None:
        _unsend(town, form.message_id, at=at)
    Subscription.objects.of(town).filter(paper_form=form).delete()
    proofs.anonymise(town, ConsentProof.objects.of(town).filter(pk=form.proof_id or 0), at=at)
    previous = form.previous_status
    form.delete()
    _go_back(town, subscriber, previous, at=at)
    _tell(
        town, subscriber.pk, gettext("Saisie du bulletin n° {number} annulée"), number, by=by, at=at
    )


@transaction.atomic
def attach_scan(town: Town, form_id: int, scan: bytes, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchForm, scans.BadScan, scans.TooBig."""
    kind = scans.media_type(scan)
    packed = sealed.seal(town, sealed.SCAN, scan)
    changed = (
        PaperForm.objects.of(town)
        .filter(pk=form_id, subscriber__isnull=False)
        .update(sealed_scan=packed.bytes, key_id=packed.key_id, scan_kind=kind)
    )
    if not changed:
        raise NoSuchForm(form_id)


@transaction.atomic
def show_scan(town: Town, form_id: int, *, by: Agent, at: datetime) -> tuple[bytes, str]:
    """(the scan in clear, its media type). Raises: NoSuchForm."""
    row = PaperForm.objects.of(town).filter(pk=form_id).first()
    if row is None or row.sealed_scan is None or row.key_id is None:
        raise NoSuchForm(form_id)
    journal.write(
        town,
        journal.Kind.ADDRESS_REVEALED,
        at=at,
        by=by,
        about=("paper_form", form_id),
        detail=gettext("Copie du bulletin n° {number} ouverte").format(number=row.number),
    )
    plain = sealed.unseal(town.pk, sealed.SCAN, bytes(row.sealed_scan), row.key_id)
    return plain, row.scan_kind


def _file(
    town: Town, form: PaperFormData, *, number: str, scan_kind: str, by: Agent, at: datetime
) -> PaperForm:
    row = PaperForm(
        town=town,
        number=number,
        signed_on=form.signed_on,
        typed_by=by,
        typed_at=at,
        scan_kind=scan_kind,
    )
    if form.scan:
        packed = sealed.seal(town, sealed.SCAN, form.scan)
        row.sealed_scan, row.key_id = packed.bytes, packed.key_id
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:  # two agents, the same second
        raise NumberTaken(number) from clash
    return row


def _prove(
    town: Town,
    subscriber: Subscriber,
    themes: list[Theme],
    form: PaperForm,
    *,
    by: Agent,
    at: datetime,
) -> ConsentProof:
    source = proofs.Source(
        origin=Origin.PAPER,
        text=proofs.current_text(town),
        agent=by,
        form_number=form.number,
        signed_on=form.signed_on,
    )
    return proofs.record(town, subscriber, ProofAction.GIVEN, themes, source, at=at)


def _unsend(town: Town, message_id: int, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            messages.cancel(town, message_id, at=at)
    except messages.WrongState:  # it has just gone
        return


def _go_back(town: Town, subscriber: Subscriber, previous: str, *, at: datetime) -> None:
    if not previous:
        erasure.forget_those_with_nothing(town, [subscriber.pk], at=at)
        return
    subscriber.status = previous
    if previous == Status.LEFT:
        subscriber.left_at = at
        if subscriber.email_point_id is not None:
            stops.stop(town, subscriber.email_point_id, reason=StopReason.UNSUBSCRIBED, at=at)
    subscriber.save()


def _tell(
    town: Town, subscriber_id: int, sentence: str, number: str, *, by: Agent, at: datetime
) -> None:
    journal.write(
        town,
        journal.Kind.SUBSCRIBER_ADDED,
        at=at,
        by=by,
        about=("subscriber", subscriber_id),
        detail=sentence.format(number=number),
    )
