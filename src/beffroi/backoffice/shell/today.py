"""Aujourd’hui: what waits for me, what is going out, the reach, the last messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from beffroi.audience.queries import figures, themes
from beffroi.backoffice.doors import AgentRequest, address, show
from beffroi.backoffice.shell.alarms import alarms, alert_tasks
from beffroi.backoffice.shell.tasks import Task
from beffroi.backoffice.words import Bar, moment, share
from beffroi.campaigns.queries import campaigns, proposals, results
from beffroi.content.queries import desk as contents, figures as reading
from beffroi.delivery.outgoing import Outcomes, Progress
from beffroi.delivery.queries import texts
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.campaigns.models import Campaign

MONTHS, LAST = 6, 5
MONTH_NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    campaign: "Campaign"
    progress: Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    active: int
    share: str
    """Of the population, in words; empty when the population is unknown."""
    paused: int
    unreachable: int
    months: list[Bar]
    visits: reading.Visits
    opened: str
    """How many pages, in words."""


def today(request: AgentRequest) -> HttpResponse:
    may = request.rights.may
    found = campaigns.today(request.town, request.agent) if may(Permission.CAMPAIGN_READ) else None
    return show(
        request,
        "backoffice/today.html",
        at=request.at,
        alarms=alarms(request),
        tasks=[
            *alert_tasks(request),
            *_chain_tasks(request, found),
            *_farewells(request),
            *_replies(request),
            *_contents(request),
            *_town_tasks(request),
        ],
        going=list(_going(request, found)),
        scheduled=found.scheduled if found else (),
        reach=_reach(request) if may(Permission.RESULTS_READ) else None,
        last=_last(request) if may(Permission.RESULTS_READ) else [],
    )


def _chain_tasks(request: AgentRequest, found: campaigns.Today | None) -> list[Task]:
    if found is None:
        return []
    waiting = (
        (Permission.CAMPAIGN_APPROVE, _approvals),
        (Permission.CAMPAIGN_WRITE, _returned),
        (Permission.CAMPAIGN_SEND, _ready),
        (Permission.CAMPAIGN_WRITE, _proposals),
        (Permission.CAMPAIGN_WRITE, _drafts),
    )
    return [
        task
        for permission, tasks in waiting
        if request.rights.may(permission)
        for task in tasks(request, found)
    ]


def _approvals(request: AgentRequest, found: campaigns.Today) -> list[Task]:
    return [_to_approve(request, one) for one in found.to_approve]


def _returned(request: AgentRequest, found: campaigns.Today) -> list[Task]:
    said, me = gettext("Renvoyé\N{NO-BREAK SPACE}: à reprendre"), request.agent.pk
    mine = [one for one in found.to_rework if me in {one.last_editor_id, one.submitter_id}]
    return [_task(request, one, "campaign", "left", said) for one in mine]


def _ready(request: AgentRequest, found: campaigns.Today) -> list[Task]:
    said = gettext("Validé\N{NO-BREAK SPACE}: prêt à partir")
    return [_task(request, one, "campaign", "send", said) for one in found.ready]


def _drafts(request: AgentRequest, found: campaigns.Today) -> list[Task]:
    said = gettext("Votre brouillon")
    return [_task(request, one, "campaign-edit", "edit", said) for one in found.drafts]


def _to_approve(request: AgentRequest, one: "Campaign") -> Task:
    if not campaigns.may_approve(request.town, one, request.agent):
        said = gettext("Vous l’avez rédigé ou soumis : une autre personne doit le valider.")
        return _task(request, one, "campaign", "clock", said)
    said = gettext("Soumis par %(who)s %(when)s") % {
        "who": one.submitter or "–",
        "when": moment(one.submitted_at),
    }
    return Task(
        icon="check",
        words=one.subject or gettext("Sans objet"),
        detail=said,
        address=address(request, "campaign-approve", one.pk),
        action=gettext("Relire et valider"),
        is_urgent=True,
    )


def _task(request: AgentRequest, one: "Campaign", name: str, icon: str, detail: str) -> Task:
    return Task(
        icon=icon,
        words=one.subject or gettext("Sans objet"),
        detail=detail,
        address=address(request, name, one.pk),
        action=gettext("Continuer") if name == "campaign-edit" else gettext("Ouvrir"),
        is_urgent=icon in {"left", "send"},
    )


def _proposals(request: AgentRequest, found: campaigns.Today) -> list[Task]:
    waiting = proposals.waiting(request.town)
    if not waiting:
        return []
    words = ngettext("%(n)s proposition à trier", "%(n)s propositions à trier", waiting)
    return [
        Task(
            icon="lamp",
            words=words % {"n": waiting},
            detail=gettext("Les services attendent de savoir si leur information paraîtra."),
            address=address(request, "proposals"),
            action=gettext("Trier"),
        )
    ]


def _farewells(request: AgentRequest) -> Iterator[Task]:
    if not request.rights.may(Permission.CAMPAIGN_APPROVE):
        return
    for theme in themes.farewells_waiting(request.town):
        yield Task(
            icon="check",
            words=gettext("Message d’adieu du thème «\N{NO-BREAK SPACE}%(name)s\N{NO-BREAK SPACE}»")
            % {"name": theme.name},
            detail=gettext("À valider avant le %(day)s, dernier jour du thème")
            % {"day": date_format(theme.ends_on, "j F") if theme.ends_on else ""},
            address=address(request, "theme-farewell", theme.id),
            action=gettext("Relire et valider"),
        )


def _replies(request: AgentRequest) -> Iterator[Task]:
    unread = texts.unread(request.town) if request.rights.may(Permission.SUBSCRIBER_READ) else 0
    if unread:
        words = ngettext("%(n)s réponse par SMS à lire", "%(n)s réponses par SMS à lire", unread)
        yield Task(
            icon="phone",
            words=words % {"n": unread},
            detail=gettext("Des habitants ont répondu à un message de la commune."),
            address=address(request, "replies"),
            action=gettext("Lire"),
        )


def _contents(request: AgentRequest) -> Iterator[Task]:
    may = request.rights.may(Permission.CONTENT_PUBLISH)
    waiting = contents.waiting(request.town) if may else 0
    if waiting:
        words = ngettext("%(n)s contenu à relire", "%(n)s contenus à relire", waiting)
        yield Task(
            icon="eye",
            words=words % {"n": waiting},
            detail=gettext("Un service, une association ou une source attend votre accord."),
            address=address(request, "to-read-over"),
            action=gettext("Relire"),
        )


def _town_tasks(request: AgentRequest) -> Iterator[Task]:
    if request.rights.may(Permission.TOWN_WRITE) and not request.town.privacy_contact:
        yield Task(
            icon="lock",
            words=gettext("Contact pour les données personnelles à renseigner"),
            detail=gettext("Le RGPD demande que les habitants sachent à qui s’adresser."),
            address=address(request, "town-edit"),
            action=gettext("Renseigner"),
        )


def _going(request: AgentRequest, found: campaigns.Today | None) -> Iterator[Going]:
    for one in found.sending if found else ():
        progress = results.progress(request.town, one)
        if progress is not None:
            yield Going(campaign=one, progress=progress)


def _reach(request: AgentRequest) -> Reach:
    standing = figures.standing(request.town, at=request.at)
    months = figures.people_by_month(request.town, at=request.at, months=MONTHS)
    visits = reading.visits(request.town, at=request.at)
    opened = ngettext("%(n)s page ouverte", "%(n)s pages ouvertes", visits.views)
    return Reach(
        active=standing.active,
        share=_share(standing.active, request.town.population),
        paused=standing.paused,
        unreachable=standing.unreachable,
        months=[Bar(MONTH_NAMES[one.month - 1], one.people) for one in months],
        visits=visits,
        opened=opened % {"n": number_format(visits.views, force_grouping=True)},
    )


def _share(active: int, population: int) -> str:
    """« pour 11 092 habitants, soit 11,6 % »: the share never stands without what it is a share of."""
    if not population:
        return ""
    return gettext("pour %(n)s habitants, soit %(share)s") % {
        "n": number_format(population, force_grouping=True),
        "share": share(active, population),
    }


def _last(request: AgentRequest) -> "list[tuple[Campaign, Outcomes | None]]":
    sent = campaigns.listed(request.town, stage="sent").order_by("-published_at")[:LAST]
    return [(one, results.outcomes(request.town, one)) for one in sent]
