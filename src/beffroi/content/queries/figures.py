"""How much residents read: sums of the last days, nobody's trail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Max, Min, Q, Sum
from django.utils import timezone

from beffroi.content.models import Entry, Searched, Viewed
from beffroi.towns.models import Town

DAYS, YEAR = 30, 365
RARE = 3
"""Words looked for less often are not shown: they may name somebody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    since: date
    """The first day counted; today is the last."""
    visits: int
    """Times that somebody came from elsewhere; one person who comes twice counts twice."""
    views: int
    """Pages opened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthRead:
    year: int
    month: int
    visits: int
    views: int


def visits(town: Town, *, at: datetime, days: int = DAYS) -> Visits:
    since = _since(at, days)
    sums = Viewed.objects.of(town).filter(day__gte=since).aggregate(n=Sum("visits"), m=Sum("views"))
    return Visits(since=since, visits=sums["n"] or 0, views=sums["m"] or 0)


def counted_since(town: Town) -> date | None:
    """The first day of which anything was counted."""
    first: date | None = Viewed.objects.of(town).aggregate(first=Min("day"))["first"]
    return first


def visits_by_month(town: Town, *, at: datetime, months: int = 12) -> list[MonthRead]:
    """The oldest first; the current one as of now."""
    today = timezone.localdate(at)
    last = today.year * 12 + today.month - 1
    spans = [divmod(n, 12) for n in range(last - months + 1, last + 1)]
    since = date(spans[0][0], spans[0][1] + 1, 1)
    found = Viewed.objects.of(town).filter(day__gte=since).order_by()
    sums = {
        (year, month): (n, m)
        for year, month, n, m in found.values_list("day__year", "day__month").annotate(
            n=Sum("visits"), m=Sum("views")
        )
    }
    none = (0, 0)
    return [
        MonthRead(year=y, month=m + 1, visits=n, views=v)
        for y, m in spans
        for n, v in [sums.get((y, m + 1), none)]
    ]


def searched_in_vain(
    town: Town, *, at: datetime, days: int = YEAR, limit: int = 15
) -> list[tuple[str, int]]:
    """Words for which nothing was found, with how often; none that the last search for them answered."""
    in_vain = Q(found=0)
    rows = Searched.objects.of(town).filter(day__gte=_since(at, days)).order_by()
    sums = rows.values("words").annotate(
        n=Sum("times", filter=in_vain), last=Max("day"), last_in_vain=Max("day", filter=in_vain)
    )
    shown = sums.filter(n__gte=RARE, last=F("last_in_vain")).order_by("-n", "words")
    return [(row["words"], row["n"]) for row in shown[:limit]]


def views_of(town: Town, entry_id: int, *, at: datetime, days: int = DAYS) -> int:
    """How often the page of one entry was opened."""
    found = Viewed.objects.of(town).filter(entry_id=entry_id, day__gte=_since(at, days))
    return found.aggregate(n=Sum("views"))["n"] or 0


def most_read(
    town: Town, *, at: datetime, days: int = DAYS, limit: int = 5
) -> list[tuple[Entry, int]]:
    """With how often each was opened."""
    found = Viewed.objects.of(town).filter(day__gte=_since(at, days), entry__isnull=False)
    sums = found.order_by().values_list("entry").annotate(n=Sum("views")).order_by("-n", "entry")
    times = dict(sums[:limit])
    rows = {row.pk: row for row in Entry.objects.of(town).filter(pk__in=times)}
    return [(rows[pk], n) for pk, n in times.items()]


def _since(at: datetime, days: int) -> date:
    return timezone.localdate(at) - timedelta(days=days - 1)
