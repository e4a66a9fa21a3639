"""What a CAP alert of somebody else says: as facts for a page, and as words ready to be read over."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext

from beffroi.alerts.dates import moment
from beffroi.alerts.texts import Words
from beffroi.alerts.words import MessageKind
from beffroi.kit import cap, gsm_repair
from beffroi.towns.models import Town

_BREAKS = re.compile(r"[ \t\r\n]+")
SUBJECT_LENGTH, PUSH_LENGTH = 150, 200
SMS_LENGTH = 306
"""Two parts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """The part of a document that concerns a town, in French if it speaks French."""

    source: str
    what: str
    where: str
    since: datetime | None
    until: datetime | None
    description: str
    instruction: str
    web: str
    """Only https."""
    note: str


def concerning(alert: cap.Alert, place: str) -> cap.Info | None:
    """The same in several languages: French first."""
    found = [info for info in alert.infos if _areas(info, place)]
    return min(found, key=_is_foreign, default=None)


def notice(alert: cap.Alert, place: str, *, otherwise: str = "") -> Notice:
    """`otherwise`: what it is about, when a document says no more than that an earlier one is over."""
    info = concerning(alert, place) or min(alert.infos, key=_is_foreign, default=None)
    if info is None:
        return Notice(
            source=line(alert.sender),
            what=otherwise,
            where="",
            since=None,
            until=None,
            description="",
            instruction="",
            web="",
            note=alert.note,
        )
    return Notice(
        source=line(info.sender_name or alert.sender),
        what=line(info.headline or info.event),
        where=", ".join(line(area.description) for area in _areas(info, place)),
        since=info.onset or info.effective,
        until=info.expires,
        description=info.description,
        instruction=info.instruction,
        web=info.web if urlsplit(info.web).scheme == "https" else "",
        note=alert.note,
    )


def words(
    town: Town, told: Notice, kind: MessageKind, *, own_words: str, theme_ids: tuple[int, ...]
) -> Words:
    """Nothing in them was approved."""
    ends = kind is MessageKind.ENDS
    opening = _end(told) if ends else _opening(told)
    parts = (told.note,) if ends else _substance(told, own_words)
    subject = _subject(told, kind)[:SUBJECT_LENGTH]
    return Words(
        subject=subject,
        body="\n\n".join(part for part in (opening, *parts) if part),
        sms=gsm_repair.repair(f"{town.name}: {opening}", circumflexes=False)[:SMS_LENGTH],
        push_title=subject,
        push_text=opening[:PUSH_LENGTH],
        theme_ids=theme_ids,
    )


def _substance(told: Notice, own_words: str) -> tuple[str, ...]:
    advice = gettext("Conseils\N{NO-BREAK SPACE}: %s") % told.instruction
    more = gettext("Pour en savoir plus\N{NO-BREAK SPACE}: %s") % told.web
    return (
        told.description,
        advice if told.instruction else "",
        own_words,
        more if told.web else "",
    )


def _subject(told: Notice, kind: MessageKind) -> str:
    return {
        MessageKind.OPENS: gettext("Alerte\N{NO-BREAK SPACE}: %s"),
        MessageKind.UPDATES: gettext("Suite de l’alerte\N{NO-BREAK SPACE}: %s"),
        MessageKind.ENDS: gettext("Fin de l’alerte\N{NO-BREAK SPACE}: %s"),
    }[kind] % told.what


def _opening(told: Notice) -> str:
    announced = gettext("%(source)s annonce\N{NO-BREAK SPACE}: %(what)s.") % {
        "source": told.source,
        "what": told.what.rstrip("."),
    }
    place = gettext("Secteur\N{NO-BREAK SPACE}: %s.") % told.where.rstrip(".")
    return " ".join(part for part in (announced, place if told.where else "", _when(told)) if part)


def _when(told: Notice) -> str:
    if told.since and told.until:
        times = {"begin": moment(told.since), "end": moment(told.until)}
        return gettext("Du %(begin)s au %(end)s.") % times
    return gettext("Jusqu’au %s.") % moment(told.until) if told.until else ""


def _end(told: Notice) -> str:
    return gettext("%(source)s annonce la fin de l’alerte\N{NO-BREAK SPACE}: %(what)s.") % {
        "source": told.source,
        "what": told.what.rstrip("."),
    }


def _areas(info: cap.Info, place: str) -> list[cap.Area]:
    wanted = place.casefold()
    return [area for area in info.areas if wanted in area.description.casefold()]


def _is_foreign(info: cap.Info) -> bool:
    return not info.language.casefold().startswith("fr")


def line(text: str) -> str:
    """On one line; no-break spaces stay."""
    return _BREAKS.sub(" ", text).strip()
