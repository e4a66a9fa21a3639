"""Messages written beforehand: saved, approved, removed. Any change of words voids what was signed about them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from beffroi.alerts.models import Prewritten, StandingApproval
from beffroi.alerts.models.prepared import SMS_MAX_LENGTH, SUBJECT_MAX_LENGTH
from beffroi.alerts.queries.settings import words_of
from beffroi.alerts.services import rights
from beffroi.alerts.services.facts import (
    ForeignTheme,
    NobodyChosen,
    NoSuchThing,
    WordsChanged,
    WordsMissing,
)
from beffroi.alerts.texts import Words
from beffroi.audience.models import Theme
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What an agent typed."""

    title: str
    words: Words


@transaction.atomic
def write(town: Town, text: Text, *, by: Agent, at: datetime) -> Prewritten:
    """Raises: WordsMissing, ForeignTheme, NobodyChosen."""
    clean = _clean(town, text)
    row = Prewritten(town=town, author=by, edited_at=at)
    _put(row, clean)
    row.save(force_insert=True)
    _note(row, journal.Kind.ALERT_TEXT_CHANGED, by=by, at=at)
    return row


@transaction.atomic
def change(town: Town, prewritten_id: int, text: Text, *, by: Agent, at: datetime) -> Prewritten:
    """Other words void the approval and every standing approval of this text; another title does not.

    Raises: NoSuchThing, WordsMissing, ForeignTheme, NobodyChosen.
    """
    clean = _clean(town, text)
    row = locked(town, prewritten_id)
    if words_of(row) != clean.words:
        row.author, row.edited_at = by, at
        row.approved_hash, row.approved_by, row.approved_at = "", None, None
        _void(row, at=at)
    _put(row, clean)
    row.save()
    _note(row, journal.Kind.ALERT_TEXT_CHANGED, by=by, at=at)
    return row


@transaction.atomic
def approve(
    town: Town, prewritten_id: int, *, seen_hash: str, by: Agent, at: datetime
) -> Prewritten:
    """The cabinet's word, given beforehand, for these very words.

    Raises: NoSuchThing, NotAllowed, WordsChanged, OwnWork.
    """
    row = locked(town, prewritten_id)
    rights.require(town, by, Permission.ALERT_APPROVE)
    if words_of(row).sha256() != seen_hash:
        raise WordsChanged(prewritten_id)
    if rights.alone(town, by, author_id=row.author_id):
        _note(row, journal.Kind.ONE_PERSON_RULE, by=by, at=at)
    row.approved_hash, row.approved_by, row.approved_at = seen_hash, by, at
    row.save(update_fields=["approved_hash", "approved_by", "approved_at"])
    _note(row, journal.Kind.ALERT_TEXT_APPROVED, by=by, at=at)
    return row


@transaction.atomic
def remove(town: Town, prewritten_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchThing."""
    row = locked(town, prewritten_id)
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    _void(row, at=at)
    _note(row, journal.Kind.ALERT_TEXT_CHANGED, by=by, at=at)


def locked(town: Town, prewritten_id: int) -> Prewritten:
    """Called inside a transaction. Raises: NoSuchThing."""
    rows = Prewritten.objects.of(town).select_for_update(of=("self",))
    row = rows.filter(pk=prewritten_id, removed_at=None).first()
    if row is None:
        raise NoSuchThing(prewritten_id)
    return row


def _void(row: Prewritten, *, at: datetime) -> None:
    """A standing approval does not outlive the words it was given to."""
    signed = StandingApproval.objects.of(row.town).filter(prewritten=row, revoked_at=None)
    if signed.update(revoked_at=at):
        _note(row, journal.Kind.STANDING_ENDED, by=None, at=at)


def _put(row: Prewritten, text: Text) -> None:
    row.title = text.title
    row.subject, row.body, row.sms = text.words.subject, text.words.body, text.words.sms
    row.push_title, row.push_text = text.words.push_title, text.words.push_text
    row.theme_ids = list(text.words.theme_ids)


def _clean(town: Town, text: Text) -> Text:
    """Raises: WordsMissing, ForeignTheme, NobodyChosen."""
    words = text.words
    clean = replace(
        words,
        subject=_line(words.subject, SUBJECT_MAX_LENGTH),
        body=words.body.replace("\r\n", "\n").replace("\x00", "").strip(),
        sms=_line(words.sms, SMS_MAX_LENGTH),
        push_title=_line(words.push_title, 60),
        push_text=_line(words.push_text, 200),
        theme_ids=tuple(sorted(set(words.theme_ids))),
    )
    title = _line(text.title, 80)
    if not (title and clean.subject and clean.body):
        raise WordsMissing
    if not clean.theme_ids:
        raise NobodyChosen
    known = Theme.objects.of(town).filter(pk__in=clean.theme_ids, ended_at=None).count()
    if known != len(clean.theme_ids):
        raise ForeignTheme(*clean.theme_ids)
    return Text(title=title, words=clean)


def _line(text: str, limit: int) -> str:
    """One line; no-break spaces stay."""
    return " ".join(text.replace("\x00", "").splitlines()).strip()[:limit]


def _note(row: Prewritten, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    journal.write(row.town, kind, at=at, by=by, about=("prewritten", row.pk), detail=row.title)
