"""One notification a day, in the evening, with the titles of the day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from beffroi.audience import quiet
from beffroi.audience.channels import Spread
from beffroi.audience.models import DigestLine, DigestTitle, Subscriber
from beffroi.audience.reach import reached_people
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit import paths
from beffroi.kit.french import of
from beffroi.towns import zones
from beffroi.towns.models import Town
from beffroi.towns.queries import open_towns

HOUR = time(18)
MAX_TITLES = 8
MAX_LETTERS = 100
"""Of each title: eight of them stay under what a notification holds."""


@transaction.atomic
def keep(
    town: Town,
    theme_ids: Sequence[int],
    *,
    reference: str,
    title: str,
    page_url: str,
    spread: Spread = Spread.ALL,
    at: datetime,
) -> int:
    """Puts a message by for whoever gets one notification a day; says for how many. Once for each reference."""
    row, is_new = DigestTitle.objects.of(town).get_or_create(
        reference=reference,
        defaults={
            "town": town,
            "title": title[:MAX_LETTERS],
            "page_url": page_url,
            "theme_ids": list(theme_ids),
            "at": at,
        },
    )
    if not is_new:
        return DigestLine.objects.of(town).filter(title=row).count()
    points = quiet.plan(town, theme_ids, lane=Lane.CAMPAIGN, spread=spread, at=at).digest
    waiting = Subscriber.objects.of(town).filter(push_point__in=points).values_list("id", flat=True)
    lines = [DigestLine(town=town, title=row, subscriber_id=id_) for id_ in waiting]
    DigestLine.objects.bulk_create_in(town, lines, batch_size=5_000)
    return len(lines)


@transaction.atomic
def hold(town: Town, *, reference: str) -> None:
    """A message whose sending is paused is not told of in the evening."""
    DigestTitle.objects.of(town).filter(reference=reference).update(is_held=True)


@transaction.atomic
def release(town: Town, *, reference: str, at: datetime) -> None:
    """Its sending goes on: told of in the next evening to come, never in a second notification of the same one."""
    held = DigestTitle.objects.of(town).filter(reference=reference, is_held=True)
    held.update(is_held=False, at=at)


@transaction.atomic
def drop(town: Town, *, reference: str) -> None:
    """A message that was called off is not told of in the evening either."""
    titles = DigestTitle.objects.of(town).filter(reference=reference)
    DigestLine.objects.of(town).filter(title__in=titles).delete()
    titles.delete()


def send_all(*, at: datetime) -> None:
    """Every open town, once the hour has come there."""
    for town in zones.each(open_towns()):
        if localtime(at).time() >= HOUR:
            send(town, at=at)


@transaction.atomic
def send(town: Town, *, at: datetime) -> int:
    """One notification for each person with something put by before today's hour; says for how many.

    What is sent is no longer put by, in one transaction: doing it twice sends nothing twice.
    """
    hour = datetime.combine(localtime(at).date(), HOUR, tzinfo=localtime(at).tzinfo)
    due = DigestTitle.objects.of(town).filter(at__lt=hour, is_held=False)
    titles = list(due.select_for_update().order_by("at", "id"))
    by_titles = _who_gets_what(town, titles, at=at)
    for chosen, subscriber_ids in by_titles.items():
        _send(town, chosen, subscriber_ids, at=at)
    DigestLine.objects.of(town).filter(title__in=titles).delete()
    DigestTitle.objects.of(town).filter(pk__in=[title.pk for title in titles]).delete()
    return sum(len(ids) for ids in by_titles.values())


def _who_gets_what(
    town: Town, titles: Sequence[DigestTitle], *, at: datetime
) -> Mapping[tuple[DigestTitle, ...], list[int]]:
    """Subscribers by the titles they still want to hear of: few different lists, however many people."""
    titles_of: dict[int, list[DigestTitle]] = defaultdict(list)
    for title in titles:
        wanting = reached_people(
            town, title.theme_ids, channel=Channel.PUSH, spread=Spread.ALL, at=at
        )
        lines = DigestLine.objects.of(town).filter(title=title, subscriber__in=wanting.values("pk"))
        for subscriber_id in lines.values_list("subscriber_id", flat=True):
            titles_of[subscriber_id].append(title)
    groups: dict[tuple[DigestTitle, ...], list[int]] = defaultdict(list)
    for subscriber_id, theirs in titles_of.items():
        groups[tuple(theirs)].append(subscriber_id)
    return groups


def _send(
    town: Town, titles: Sequence[DigestTitle], subscriber_ids: Sequence[int], *, at: datetime
) -> None:
    people = Subscriber.objects.of(town).filter(pk__in=subscriber_ids)
    for when, reached in quiet.by_hour(town, people, at=at).items():
        messages.enqueue(
            town,
            _message(town, titles),
            recipients=reached.values_list("push_point_id", flat=True),
            at=at,
            not_before=when,
        )


def _message(town: Town, titles: Sequence[DigestTitle]) -> OutgoingMessage:
    base = paths.town_url(settings.BEFFROI_URL, town.slug)
    alone = len(titles) == 1
    subject = ngettext(
        "{count} information {of_town}", "{count} informations {of_town}", len(titles)
    ).format(count=len(titles), of_town=of(town.name))
    return OutgoingMessage(
        lane=Lane.CAMPAIGN,
        channel=Channel.PUSH,
        subject=subject,
        text=_text([title.title for title in titles]),
        page_url=titles[0].page_url if alone else f"{base}{paths.ARCHIVE}",
        topic="digest",
        from_name=town.name,
        base_url=base,
        reference="digest",
        with_list_unsubscribe=False,
    )


def _text(titles: Sequence[str]) -> str:
    shown = [f"• {title}" for title in titles[:MAX_TITLES]]
    if more := len(titles) - len(shown):
        sentence = ngettext("et {count} autre", "et {count} autres", more)
        shown.append(sentence.format(count=more))
    return "\n".join(shown)
