"""Paper forms: typed in by an agent, with the signature as the consent.

A signed form is a clear affirmative act, and the town keeps it as the proof (GDPR art. 4(11) and 7(1)): the person is
subscribed at once. They are still written to, once the form can no longer be undone, because an address is easily
misread: its owner leaves in one click.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience import letters, scans, sealed, sms
from beffroi.audience.channels import bits
from beffroi.audience.facts import PaperFormData, TypedForm
from beffroi.audience.models import ConsentProof, PaperForm, Subscriber, Subscription, Theme
from beffroi.audience.services import erasure, numbers, people, proofs
from beffroi.audience.words import Origin, ProofAction, Status
from beffroi.delivery.services import contact_points, messages
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


class NoContact(Exception):
    """A form gives an address, a mobile number, or both."""


class PhoneTaken(Exception):
    """The number is another subscriber's: a misread digit must not take it from them."""


class NoSuchForm(Exception):
    """This town has no such form."""


class TooLate(Exception):
    """The five minutes are over: change or unsubscribe the person instead."""


@transaction.atomic
def type_form(town: Town, form: PaperFormData, *, by: Agent, at: datetime) -> TypedForm:
    """Subscribes the person, or gives a known one the themes that were missing.

    Raises: kit.contacts.NotAnAddress, kit.phones.NotAPhone, NoContact, PhoneTaken, NoTheme, NoNumber,
    NumberTaken, SignedLater, LeftSince, scans.BadScan, scans.TooBig.
    """
    number = form.number.strip()
    _check(town, form, number, at=at)
    themes = people.open_themes(town, form.theme_ids)
    scan_kind = scans.media_type(form.scan) if form.scan else ""
    subscriber, previous = _whom(town, form, at=at)
    gave_phone = _give_phone(town, subscriber, form, at=at)
    if subscriber.status != Status.ACTIVE:
        people.activate(town, subscriber, at=at)
    if form.name.first_name or form.name.family_name:
        people.give_name(town, subscriber, form.name)
    subscriber.save()
    row = _file(town, form, number=number, scan_kind=scan_kind, by=by, at=at)
    given = [Channel.EMAIL] * bool(form.address) + [Channel.SMS] * bool(form.phone)
    channels = {theme.pk: form.by_theme.get(theme.pk) or bits(given) for theme in themes}
    added = people.subscribe_to(
        town, subscriber, themes, by=channels, origin=Origin.PAPER, at=at, paper_form=row
    )
    row.subscriber, row.previous_status, row.gave_phone = subscriber, previous, gave_phone
    source = proofs.Source(
        origin=Origin.PAPER,
        text=proofs.current_text(town),
        agent=by,
        form_number=number,
        signed_on=form.signed_on,
        by=channels,
    )
    row.proof = proofs.record(town, subscriber, ProofAction.GIVEN, themes, source, at=at)
    row.message_id = _welcome(town, subscriber, themes, form, at=at)
    row.save()
    _tell(town, subscriber.pk, gettext("Bulletin papier n° {number} saisi"), number, by=by, at=at)
    return TypedForm(
        form_id=row.pk,
        subscriber_id=subscriber.pk,
        is_new=not previous,
        added_theme_names=tuple(theme.name for theme in added),
    )


def _check(town: Town, form: PaperFormData, number: str, *, at: datetime) -> None:
    if not number:
        raise NoNumber
    if not (form.address or form.phone):
        raise NoContact
    if form.signed_on > localdate(at):
        raise SignedLater
    if PaperForm.objects.of(town).filter(number=number).exists():
        raise NumberTaken(number)


def _whom(town: Town, form: PaperFormData, *, at: datetime) -> tuple[Subscriber, str]:
    """Who signed, and where they stood before; empty: nobody knew them. An address, if there is one, says who."""
    address = None
    if form.address:
        address = contact_points.find_or_create(town, Channel.EMAIL, form.address, at=at)
        subscriber = people.at_contact_point(town, address)
    else:
        phone = contact_points.find_or_create(town, Channel.SMS, form.phone, at=at)
        subscriber = people.at_contact_point(town, phone)
    if subscriber is None:
        new = Subscriber.objects.create_in(
            town,
            email_point_id=address,
            status=Status.ACTIVE,
            origin=Origin.PAPER,
            created_at=at,
            confirmed_at=at,
        )
        return new, ""
    if subscriber.left_at is not None and form.signed_on < localdate(subscriber.left_at):
        raise LeftSince(subscriber.pk)
    return subscriber, subscriber.status


def _give_phone(town: Town, subscriber: Subscriber, form: PaperFormData, *, at: datetime) -> bool:
    """Whether the person had no such number before. Raises: PhoneTaken."""
    if not form.phone:
        return False
    point = contact_points.find_or_create(town, Channel.SMS, form.phone, at=at)
    holder = people.at_contact_point(town, point)
    if holder is not None and holder.pk != subscriber.pk:
        raise PhoneTaken
    if holder is not None:
        return False
    numbers.take(town, subscriber, point, at=at)
    return True


def _welcome(
    town: Town, subscriber: Subscriber, themes: list[Theme], form: PaperFormData, *, at: datetime
) -> int | None:
    """By e-mail when there is an address: it has room for the themes and for the way out."""
    start = at + UNDO
    number = form.number.strip()
    if subscriber.email_point_id is not None:
        names = [theme.name for theme in themes]
        return letters.welcome_from_paper(
            town,
            subscriber.email_point_id,
            names,
            form_number=number,
            at=at,
            not_before=start,
        )
    if subscriber.phone_point_id is None:
        return None
    return sms.welcome_from_paper(
        town, subscriber.phone_point_id, form_number=number, at=at, not_before=start
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
    previous, gave_phone = form.previous_status, form.gave_phone
    form.delete()
    if previous and gave_phone:
        people.drop_channel(town, subscriber, Channel.SMS, at=at)
    _go_back(town, subscriber, previous, at=at)
    _tell(
        town, subscriber.pk, gettext("Saisie du bulletin n° {number} annulée"), number, by=by, at=at
    )


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
        people.stop(town, subscriber, reason=StopReason.UNSUBSCRIBED, at=at)
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
