"""What the town settled beforehand: rules, texts, standing approvals, who is on duty."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from beffroi.alerts.models import Duty, Feed, Prewritten, Rule, StandingApproval, Watch
from beffroi.alerts.texts import Words
from beffroi.alerts.words import USUAL_ACTIONS, Action, ColourChoice, PhenomenonChoice
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """How the town follows the vigilance, without its key."""

    has_key: bool
    with_coast: bool
    own_words: str
    proof_within_s: int
    asked_at: datetime | None
    answered_at: datetime | None
    failure: str
    failing_since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleCell:
    """One cell of the table of rules."""

    phenomenon: PhenomenonChoice
    colour: ColourChoice
    action: Action
    standing: StandingApproval | None


def watching(town: Town) -> Watching:
    row = Watch.objects.of(town).first() or Watch(town=town)
    return Watching(
        has_key=row.sealed_key is not None,
        with_coast=row.with_coast,
        own_words=row.own_words,
        proof_within_s=row.proof_within_s,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        failure=row.failure,
        failing_since=row.failing_since,
    )


def action(town: Town, phenomenon: PhenomenonChoice, colour: ColourChoice) -> Action:
    """What the town wants done."""
    row = Rule.objects.of(town).filter(phenomenon=phenomenon, colour=colour).first()
    return Action(row.action) if row else USUAL_ACTIONS[colour]


def rules(town: Town, *, at: datetime) -> list[list[RuleCell]]:
    """The whole table: one row per phenomenon, the colours in order, green last: the end."""
    kept = {(row.phenomenon, row.colour): Action(row.action) for row in Rule.objects.of(town)}
    signed = {(row.phenomenon, row.colour): row for row in standing(town, at=at)}
    colours = (ColourChoice.YELLOW, ColourChoice.ORANGE, ColourChoice.RED, ColourChoice.GREEN)
    return [
        [
            RuleCell(
                phenomenon=phenomenon,
                colour=colour,
                action=kept.get((phenomenon, colour), USUAL_ACTIONS[colour]),
                standing=signed.get((phenomenon, colour)),
            )
            for colour in colours
        ]
        for phenomenon in PhenomenonChoice
    ]


def prewritten(town: Town) -> QuerySet[Prewritten]:
    """In the town's order."""
    rows = Prewritten.objects.of(town).filter(removed_at=None)
    return rows.select_related("author", "approved_by")


def one_prewritten(town: Town, prewritten_id: int) -> Prewritten | None:
    return prewritten(town).filter(pk=prewritten_id).first()


def words_of(prewritten: Prewritten) -> Words:
    return Words(
        subject=prewritten.subject,
        body=prewritten.body,
        sms=prewritten.sms,
        push_title=prewritten.push_title,
        push_text=prewritten.push_text,
        theme_ids=tuple(sorted(prewritten.theme_ids)),
    )


def is_approved(prewritten: Prewritten) -> bool:
    """Whether the cabinet approved these very words beforehand."""
    return prewritten.approved_hash == words_of(prewritten).sha256()


def standing(town: Town, *, at: datetime) -> QuerySet[StandingApproval]:
    """Those in force."""
    rows = StandingApproval.objects.of(town).filter(revoked_at=None, expires_at__gt=at)
    return rows.select_related("prewritten", "signed_by")


def feeds(town: Town) -> QuerySet[Feed]:
    return Feed.objects.of(town)


def duties(town: Town, *, at: datetime) -> QuerySet[Duty]:
    """Present and to come."""
    return Duty.objects.of(town).filter(ends_at__gt=at).select_related("agent")


def on_duty(town: Town, *, at: datetime) -> QuerySet[Duty]:
    return duties(town, at=at).filter(starts_at__lte=at)
