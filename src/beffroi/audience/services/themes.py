"""Themes: made, changed, put in order, ended."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience import farewells, wording
from beffroi.audience.facts import NewTheme, NoSuchTheme
from beffroi.audience.models import ConsentText, Subscription, Theme
from beffroi.audience.words import ThemeKind
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


class ThemeExists(Exception):
    """An open theme of this town has the same name."""


class BadEnd(Exception):
    """A temporary theme ends in the future and is purged after its end, not before."""


class NoName(Exception):
    """A theme has a name."""


COMMON = (
    (
        "Culture et événements",
        "Spectacles, expositions, fêtes, sport et vie associative.",
        False,
    ),
    (
        "Informations pratiques",
        "Travaux, circulation, écoles, démarches et services de la mairie.",
        False,
    ),
    (
        "Alerte météo",
        "Vigilances orange et rouge de Météo-France et consignes de la mairie. Ce service complète FR-Alert "
        "et ne le remplace pas.",
        True,
    ),
)


@transaction.atomic
def open_town(town: Town, *, at: datetime) -> None:
    """What every town begins with: three themes and a consent wording. Saying it twice changes nothing."""
    make_common(town, at=at)
    if not ConsentText.objects.of(town).exists():
        ConsentText.objects.create_in(
            town, version=1, wording=wording.default(town.name), created_at=at
        )


@transaction.atomic
def make_common(town: Town, *, at: datetime) -> None:
    """The three themes of every town, once."""
    if Theme.objects.of(town).filter(kind=ThemeKind.COMMON).exists():
        return
    for position, (name, description, is_alert) in enumerate(COMMON):
        Theme.objects.create_in(
            town,
            kind=ThemeKind.COMMON,
            slug=slugify(name),
            name=name,
            description=description,
            position=position,
            is_alert=is_alert,
            created_at=at,
        )


@transaction.atomic
def create(town: Town, new: NewTheme, *, by: Agent | None, at: datetime) -> int:
    """A theme of the town's own, temporary when it has an end. Raises: ThemeExists, BadEnd, NoName."""
    _check(new, at=at)
    last = Theme.objects.of(town).aggregate(last=Max("position"))["last"]
    theme = _save(
        town,
        Theme(
            town=town,
            kind=ThemeKind.TEMPORARY if new.ends_on else ThemeKind.OWN,
            slug=_free_slug(town, new.name),
            position=0 if last is None else last + 1,
            created_at=at,
        ),
        new,
        by=by,
    )
    _tell(town, theme, gettext("Thème créé : {name}"), by=by, at=at)
    return theme.pk


@transaction.atomic
def change(town: Town, theme_id: int, new: NewTheme, *, by: Agent | None, at: datetime) -> None:
    """Renames or redescribes; the kind stays. Raises: NoSuchTheme, ThemeExists, BadEnd, NoName."""
    theme = open_theme(town, theme_id)
    if theme.kind != ThemeKind.TEMPORARY and (new.ends_on or new.purge_on):
        raise BadEnd
    if theme.kind == ThemeKind.TEMPORARY and new.ends_on is None:
        raise BadEnd
    _check(new, at=at)
    _save(town, theme, new, by=by)
    _tell(town, theme, gettext("Thème modifié : {name}"), by=by, at=at)


@transaction.atomic
def reorder(town: Town, theme_ids: Sequence[int], *, by: Agent | None, at: datetime) -> None:
    """Puts the named themes first, in this order. Themes of elsewhere are ignored."""
    rank = {theme_id: position for position, theme_id in enumerate(theme_ids)}
    themes = sorted(
        Theme.objects.of(town).select_for_update(),
        key=lambda theme: (rank.get(theme.pk, len(rank)), theme.position, theme.pk),
    )
    for position, theme in enumerate(themes):
        if theme.position != position:
            theme.position = position
            theme.save(update_fields=["position"])
    journal.write(
        town, journal.Kind.THEME_CHANGED, at=at, by=by, detail=gettext("Ordre des thèmes modifié")
    )


@transaction.atomic
def end_now(town: Town, theme_id: int, *, by: Agent | None, at: datetime) -> None:
    """Closes the theme and its subscriptions; `farewells.end_theme` says farewell first. Raises: NoSuchTheme."""
    theme = open_theme(town, theme_id)
    theme.ended_at = at
    theme.save(update_fields=["ended_at"])
    Subscription.objects.of(town).filter(theme=theme, until=None).update(until=at)
    _tell(
        town,
        theme,
        gettext("Thème terminé : {name}"),
        by=by,
        at=at,
        kind=journal.Kind.THEME_ENDED,
    )


def open_theme(town: Town, theme_id: int) -> Theme:
    """Its row, locked. Raises: NoSuchTheme."""
    theme = Theme.objects.of(town).select_for_update().filter(pk=theme_id, ended_at=None).first()
    if theme is None:
        raise NoSuchTheme(theme_id)
    return theme


def _check(new: NewTheme, *, at: datetime) -> None:
    if not new.name.strip():
        raise NoName
    if new.ends_on is None:
        if new.purge_on is not None:
            raise BadEnd
        return
    if new.ends_on < localdate(at) or (new.purge_on is not None and new.purge_on < new.ends_on):
        raise BadEnd


def _save(town: Town, theme: Theme, new: NewTheme, *, by: Agent | None) -> Theme:
    before = farewells.content_hash(theme)
    theme.name = new.name.strip()
    theme.description = new.description.strip()
    theme.is_alert, theme.is_public = new.is_alert, new.is_public
    theme.ends_on, theme.purge_on = new.ends_on, new.purge_on
    theme.farewell = new.farewell.strip()
    theme.farewell_sms = new.farewell_sms.strip()
    theme.farewell_push = new.farewell_push.strip()
    if farewells.content_hash(theme) != before:
        theme.farewell_author = by
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as clash:
        raise ThemeExists(theme.name) from clash
    return theme


def _free_slug(town: Town, name: str) -> str:
    slug = slugify(name.replace("’", " ").replace("œ", "oe"))[:50] or "theme"
    taken = set(Theme.objects.of(town).filter(slug__startswith=slug).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(taken) + 3) if f"{slug}-{n}" not in taken)


def _tell(
    town: Town,
    theme: Theme,
    sentence: str,
    *,
    by: Agent | None,
    at: datetime,
    kind: journal.Kind = journal.Kind.THEME_CHANGED,
) -> None:
    journal.write(
        town,
        kind,
        at=at,
        by=by,
        about=("theme", theme.pk),
        detail=sentence.format(name=theme.name),
    )
