"""The last message of a temporary theme: approved by the cabinet, then sent as the theme ends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience import farewells, letters, notices, quiet, sms
from beffroi.audience.channels import Spread
from beffroi.audience.models import Theme
from beffroi.audience.reach import reached_people, recipients
from beffroi.audience.services import themes
from beffroi.audience.words import FarewellState
from beffroi.delivery.words import Channel
from beffroi.towns import journal, queries as towns
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission


class NotAllowed(Exception):
    """The agent may not approve in this town."""


class OwnWork(Exception):
    """Whoever wrote the farewell may not approve it, but under the one-person rule."""


class WordsChanged(Exception):
    """The farewell on the approver's screen is not that of the theme any more."""


@transaction.atomic
def approve(town: Town, theme_id: int, *, seen_hash: str, by: Agent, at: datetime) -> None:
    """Binds the approval to the words, the name and the day that the approver's screen showed.

    Raises: NoSuchTheme, NotAllowed, WordsChanged, OwnWork.
    """
    theme = themes.open_theme(town, theme_id)
    rights = towns.rights(town, by)
    if rights is None or not rights.may(Permission.CAMPAIGN_APPROVE):
        raise NotAllowed(by.pk)
    if not farewells.words(theme) or farewells.content_hash(theme) != seen_hash:
        raise WordsChanged(theme_id)
    alone = by.pk == theme.farewell_author_id
    if alone and not Town.objects.filter(pk=town.pk, one_person_rule=True).exists():
        raise OwnWork(theme_id)
    theme.farewell_approved_hash = seen_hash
    theme.farewell_approved_by, theme.farewell_approved_at = by, at
    theme.save(
        update_fields=["farewell_approved_hash", "farewell_approved_by", "farewell_approved_at"]
    )
    _tell(town, theme, gettext("Message d’adieu validé\N{NO-BREAK SPACE}: {name}"), by=by, at=at)
    if alone:
        sentence = gettext("Message d’adieu validé par son auteur\N{NO-BREAK SPACE}: {name}")
        _tell(town, theme, sentence, by=by, at=at, kind=journal.Kind.ONE_PERSON_RULE)


@transaction.atomic
def end_theme(town: Town, theme_id: int, *, by: Agent | None, at: datetime) -> bool:
    """Closes the theme; its subscribers are told in the approved words, or not at all.

    Says whether a farewell left; one that nobody approved stays here, and the journal says so. Raises: NoSuchTheme.
    """
    theme = themes.open_theme(town, theme_id)
    state = farewells.state(theme)
    told = state == FarewellState.APPROVED and _say(town, theme, at=at)
    if state == FarewellState.WAITING:
        sentence = gettext(
            "Message d’adieu non envoyé, faute d’avoir été validé\N{NO-BREAK SPACE}: {name}"
        )
        _tell(town, theme, sentence, by=by, at=at)
    themes.end_now(town, theme_id, by=by, at=at)
    return told


def _say(town: Town, theme: Theme, *, at: datetime) -> bool:
    """To each subscriber by every channel they chose that has words; whether anybody was told."""
    said = farewells.words(theme)
    sent = [_SAY[channel](town, theme, words, at) for channel, words in said.items()]
    return any(sent)


def _by_email(town: Town, theme: Theme, words: str, at: datetime) -> bool:
    people = list(recipients(town, [theme.pk], at=at))
    if people:
        letters.farewell(town, people, theme_name=theme.name, words=words, theme_id=theme.pk, at=at)
    return bool(people)


def _by_sms(town: Town, theme: Theme, words: str, at: datetime) -> bool:
    """The night ends themes: no telephone rings before the morning."""
    people = list(recipients(town, [theme.pk], channel=Channel.SMS, at=at))
    if people:
        morning = quiet.quiet_until(town, quiet.NOT_SAID, at=at)
        sms.farewell(town, people, words=words, theme_id=theme.pk, at=at, not_before=morning)
    return bool(people)


def _by_push(town: Town, theme: Theme, words: str, at: datetime) -> bool:
    reached = reached_people(town, [theme.pk], channel=Channel.PUSH, spread=Spread.ALL, at=at)
    groups = quiet.by_hour(town, reached, at=at)
    for when, people in groups.items():
        points = list(people.values_list("push_point_id", flat=True))
        notices.farewell(town, points, theme=theme, words=words, at=at, not_before=when)
    return bool(groups)


_SAY = {Channel.EMAIL: _by_email, Channel.SMS: _by_sms, Channel.PUSH: _by_push}


def _tell(
    town: Town,
    theme: Theme,
    sentence: str,
    *,
    by: Agent | None,
    at: datetime,
    kind: journal.Kind = journal.Kind.FAREWELL,
) -> None:
    detail = sentence.format(name=theme.name)
    journal.write(town, kind, at=at, by=by, about=("theme", theme.pk), detail=detail)
