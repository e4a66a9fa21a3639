"""Whom a Télmail reaches and what it costs, told while it is written; and the SMS coach."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.audience.facts import AudienceCount
from beffroi.backoffice.doors import AgentRequest, Say, show
from beffroi.backoffice.messages import posted
from beffroi.backoffice.messages.found import campaign_or_404
from beffroi.campaigns import short
from beffroi.campaigns.content import Content
from beffroi.campaigns.queries.reach import ByChannel, Reach, reach
from beffroi.campaigns.shortfall import budget_sentence
from beffroi.delivery.words import Channel
from beffroi.kit import gsm, gsm_repair, money
from beffroi.money.facts import PricedLine
from beffroi.towns.queries import sms_sender

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownLine:
    label: Say
    recipients: int
    parts: int
    price: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownReach:
    people: int
    recipients: int
    lines: list[ShownLine]
    price: str
    """Before tax."""
    price_with_tax: str
    free_parts: int
    budget_left: str
    """Empty: no budget bounds it, or it cannot pay."""
    blocked: str
    """Why the budget cannot pay; empty when it can."""
    overridable: int | None
    """The budget that the cabinet may exceed to send this."""
    excluded: list[tuple[Say, int]]
    sms: "ShownSms | None"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownSms:
    """What the SMS alone costs, told under its text."""

    recipients: int
    price: str
    price_with_tax: str
    free_parts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CostlySign:
    shown: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coach:
    parts: int
    units: int
    left: int
    costly: list[CostlySign]
    repaired_parts: int
    """After the repair that no reader notices; 0 when it gains nothing."""
    bare_parts: int
    """After the one that also drops accents; 0 when it gains nothing more, or the town does not want it."""


def campaign_audience(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """The panel beside the editor, and the coach under the SMS."""
    campaign_or_404(request, campaign_id)
    content = posted.without_time(request.POST)
    return show(
        request,
        "backoffice/messages/parts/estimate.html",
        reach=shown_reach(request, content, campaign_id) if content.theme_ids else None,
        coach=coach(request, content, campaign_id),
    )


def shown_reach(request: AgentRequest, content: Content, campaign_id: int) -> ShownReach:
    found = reach(request.town, content, campaign_id=campaign_id, at=request.at)
    priced = found.estimate.lines
    left, blocked = found.estimate.budget_left, found.estimate.blocked_by
    return ShownReach(
        people=found.people,
        recipients=found.recipients,
        lines=[_line(one, line) for one, line in zip(found.channels, priced, strict=True)],
        price=money.french(found.estimate.before_tax),
        price_with_tax=money.french(found.estimate.with_tax),
        free_parts=found.estimate.free_parts,
        budget_left=money.french(left) if left is not None and left >= 0 else "",
        blocked=budget_sentence(blocked, found.estimate.before_tax, channels=content.channels)
        if blocked
        else "",
        overridable=blocked.budget_id if blocked and blocked.may_be_overridden else None,
        excluded=list(_excluded(found)),
        sms=_sms(priced),
    )


def _sms(priced: Sequence[PricedLine]) -> ShownSms | None:
    line = next((one for one in priced if one.channel == Channel.SMS), None)
    if line is None:
        return None
    return ShownSms(
        recipients=line.recipients,
        price=money.french(line.before_tax),
        price_with_tax=money.french(line.with_tax),
        free_parts=line.free_parts,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortText:
    label: Say
    title: str
    text: str


def short_texts(town: "Town", content: Content, campaign_id: int) -> list[ShortText]:
    """The SMS and the notification as they leave, to be read before they are approved."""
    found = []
    if Channel.SMS in content.channels:
        text = short.sms(town, campaign_id, content)
        found.append(ShortText(label=Channel.SMS.label, title=sms_sender(town), text=text))
    if Channel.PUSH in content.channels:
        notice = short.notice(content)
        found.append(ShortText(label=Channel.PUSH.label, title=notice.title, text=notice.text))
    return found


def coach(request: AgentRequest, content: Content, campaign_id: int) -> Coach:
    measure = short.measured(request.town, campaign_id, content.sms)
    safe = _parts_after(request, content, campaign_id, circumflexes=False)
    bare = _parts_after(request, content, campaign_id, circumflexes=True)
    return Coach(
        parts=measure.parts,
        units=measure.units,
        left=measure.left,
        costly=[_sign(one) for one in measure.costly],
        repaired_parts=safe if safe < measure.parts else 0,
        bare_parts=bare if bare < safe and request.town.sms_drops_accents else 0,
    )


def _parts_after(
    request: AgentRequest, content: Content, campaign_id: int, *, circumflexes: bool
) -> int:
    repaired = gsm_repair.repair(content.sms, circumflexes=circumflexes)
    return short.measured(request.town, campaign_id, repaired).parts


def _sign(one: gsm.Costly) -> CostlySign:
    shown = one.character if one.character.strip() else gettext("espace insécable")
    return CostlySign(shown=shown, count=one.count)


def _line(one: ByChannel, line: PricedLine) -> ShownLine:
    return ShownLine(
        label=one.channel.label,
        recipients=one.count.recipients,
        parts=one.parts,
        price=money.french(line.before_tax),
    )


def _excluded(found: Reach) -> Iterator[tuple[Say, int]]:
    """Each reason once, by all channels together, under the words an agent uses."""
    counts: Counter[str] = Counter()
    for one in found.channels:
        counts.update(_reasons(one.channel, one.count))
    return ((label, count) for label, count in counts.items() if count)


def _reasons(channel: Channel, count: AudienceCount) -> dict[str, int]:
    lost = {
        Channel.EMAIL: gettext("Adresse en erreur"),
        Channel.SMS: gettext("Numéro en erreur"),
        Channel.PUSH: gettext("Appareil injoignable"),
    }
    return {
        gettext("En pause"): count.paused,
        lost[channel]: count.bounced,
        gettext("Désinscrits"): count.stopped,
        gettext("Pas encore confirmés"): count.unconfirmed,
    }
