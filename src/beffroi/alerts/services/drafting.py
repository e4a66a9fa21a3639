"""The ready draft: the official words, the town's own, and a Télmail for the town's usual chain."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from beffroi.alerts.dates import moment
from beffroi.alerts.html import paragraphs
from beffroi.alerts.queries import settings as settled
from beffroi.alerts.texts import Words
from beffroi.audience.models import Theme
from beffroi.campaigns.content import Content
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.services import drafts
from beffroi.campaigns.services.facts import NoSuchCampaign, WrongStage
from beffroi.campaigns.words import GONE, Stage
from beffroi.delivery.words import Channel
from beffroi.kit import gsm_repair
from beffroi.kit.vigilance import Change, Colour, Publication, Transition, advice_url
from beffroi.towns import queries as towns
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission, granted

SMS_LENGTH = 306
"""Two parts."""


def facts(change: Change) -> Mapping[str, str]:
    """What fills the slots of a text: from the bulletin alone."""
    level = change.after or change.before
    return {
        "[phénomène]": change.phenomenon.french,
        "[couleur]": (change.after.colour if change.after else Colour.GREEN).french,
        "[début]": moment(level.begin) if level else "",
        "[fin]": moment(level.end) if level else "",
    }


def words(
    town: Town, change: Change, publication: Publication, *, domains: tuple[str, ...], ends: bool
) -> Words:
    """Ready to be read over: nothing in them was approved."""
    told = facts(change)
    opening = _end(told) if ends else _opening(change, told)
    official = "" if ends else publication.wording(domains, change.phenomenon)
    advice = gettext("Conseils officiels\N{NO-BREAK SPACE}: %s") % advice_url()
    parts = (opening, official, settled.watching(town).own_words, advice)
    subject = _subject(told, ends=ends)
    return Words(
        subject=subject,
        body="\n\n".join(part for part in parts if part),
        sms=gsm_repair.repair(f"{town.name}: {opening}", circumflexes=False)[:SMS_LENGTH],
        push_title=subject,
        push_text=opening[:200],
        theme_ids=alert_themes(town),
    )


def alert_themes(town: Town) -> tuple[int, ...]:
    themes = Theme.objects.of(town).filter(is_alert=True, ended_at=None)
    return tuple(themes.order_by("pk").values_list("pk", flat=True))


def telmail(town: Town, text: Words, *, at: datetime, by: Agent | None = None) -> int | None:
    """The same words as a Télmail in draft, by whoever asked if they write; None when nobody of the town does."""
    author = _author(town, by)
    if author is None:
        return None
    content = Content(
        subject=text.subject,
        preheader=text.push_text,
        body=paragraphs(text.body),
        theme_ids=text.theme_ids,
        channels=tuple(Channel),
        sms=text.sms,
        push_title=text.push_title,
        push_text=text.push_text,
        is_alert=True,
    )
    return drafts.create(town, content, by=author, at=at).pk


def is_gone(town: Town, campaign_id: int | None) -> bool:
    """Whether the town's usual chain sent it already."""
    found = campaigns.campaign(town, campaign_id) if campaign_id else None
    return found is not None and found.stage in GONE


def discard(town: Town, campaign_id: int | None, *, at: datetime) -> None:
    """A draft that nobody touched goes with what it was for; an edited one stays with its editor."""
    found = campaigns.campaign(town, campaign_id) if campaign_id else None
    if found is None or found.stage != Stage.DRAFT or found.revision > 1:
        return
    try:
        drafts.delete(town, found.pk, by=found.created_by, at=at)
    except (NoSuchCampaign, WrongStage):
        return  # somebody was faster


def _subject(told: Mapping[str, str], *, ends: bool) -> str:
    if ends:
        return gettext("Fin de l’alerte\N{NO-BREAK SPACE}: %s") % told["[phénomène]"]
    return gettext("Vigilance %(colour)s\N{NO-BREAK SPACE}: %(phenomenon)s") % {
        "colour": told["[couleur]"],
        "phenomenon": told["[phénomène]"],
    }


def _opening(change: Change, told: Mapping[str, str]) -> str:
    sentence = {
        Transition.NEW: gettext(
            "Météo-France place notre secteur en vigilance %(colour)s pour le phénomène "
            "«\N{NO-BREAK SPACE}%(phenomenon)s\N{NO-BREAK SPACE}», du %(begin)s au %(end)s."
        ),
        Transition.RAISED: gettext(
            "Météo-France relève à %(colour)s la vigilance pour le phénomène "
            "«\N{NO-BREAK SPACE}%(phenomenon)s\N{NO-BREAK SPACE}», du %(begin)s au %(end)s."
        ),
    }.get(
        change.transition,
        gettext(
            "Météo-France ramène à %(colour)s la vigilance pour le phénomène "
            "«\N{NO-BREAK SPACE}%(phenomenon)s\N{NO-BREAK SPACE}», jusqu’au %(end)s."
        ),
    )
    return sentence % {
        "colour": told["[couleur]"],
        "phenomenon": told["[phénomène]"],
        "begin": told["[début]"],
        "end": told["[fin]"],
    }


def _end(told: Mapping[str, str]) -> str:
    return gettext(
        "L’alerte est terminée pour le phénomène "
        "«\N{NO-BREAK SPACE}%(phenomenon)s\N{NO-BREAK SPACE}». Restez prudents aux abords des dégâts."
    ) % {"phenomenon": told["[phénomène]"]}


def _author(town: Town, by: Agent | None) -> Agent | None:
    """Somebody who writes; one who does not approve if there is one, for an author may not approve."""
    writers = [
        member
        for member in towns.members(town)
        if Permission.CAMPAIGN_WRITE in granted(member.roles) and member.agent.is_active
    ]
    writers.sort(
        key=lambda member: (
            by is None or member.agent_id != by.pk,
            Permission.CAMPAIGN_APPROVE in granted(member.roles),
        )
    )
    return writers[0].agent if writers else None
