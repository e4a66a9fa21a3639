"""Rules of repetition (RFC 5545, 3.3.10) that cannot go on for ever, nor be looked for for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from math import prod

from dateutil.rrule import rrulestr
from icalendar.cal import Component
from icalendar.prop import vRecur

from beffroi.content.readers import gathering
from beffroi.content.words import Flaw

_STEPS = {"YEARLY": 365.0, "MONTHLY": 28.0, "WEEKLY": 7.0, "DAILY": 1.0, "HOURLY": 1 / 24}
"""Days between two; what repeats every minute or second is no event of a town."""
MAX_STEPS = 12_000
"""Of one rule: daily for thirty years."""
MAX_WORK = 200_000
"""Steps of a whole calendar: three seconds."""
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_CHOOSY = ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
MAX_CHOICES, MAX_A_DAY = 62, 24
"""Days, weeks and months that a rule may name, and times of a day: libraries try each of them with each other."""
_PROBE = 60_000
"""What it costs to find out that a rule never holds."""


class NotFollowed(Exception):
    """Only the first date of this event can be told."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(slots=True)
class Bounds:
    """How far the rules of one calendar are followed."""

    until: datetime
    work: float = 0.0

    def end(self, event: Component) -> None:
        """Rewrites its rule so that it ends by `until`, with the same dates before. Raises: NotFollowed."""
        rule = event["RRULE"]
        start = getattr(event.get("DTSTART"), "dt", None)
        if not isinstance(rule, vRecur) or not isinstance(start, date):
            raise NotFollowed(Flaw.BAD_DATE)
        if _is_wild(rule):
            raise NotFollowed(Flaw.TOO_MANY_DATES)
        self._pay(_steps(rule, start, self.until))
        try:
            if any(name in rule for name in _CHOOSY) and not self._ever_holds(rule, start):
                raise NotFollowed(Flaw.BAD_DATE)
            event["RRULE"] = _ending(rule, start, self.until)
        except gathering.BROKEN as broken:
            raise NotFollowed(Flaw.BAD_DATE) from broken

    def _pay(self, steps: float) -> None:
        if steps > MAX_STEPS:
            raise NotFollowed(Flaw.TOO_MANY_DATES)
        if self.work + steps > MAX_WORK:
            raise NotFollowed(Flaw.CUT)
        self.work += steps

    def _ever_holds(self, rule: vRecur, start: date) -> bool:
        """Asked at the end of time, where a search in vain is short: the calendar is the same every 400 years."""
        late = start.replace(year=start.year + (9_999 - start.year) // 400 * 400)
        begin = late if isinstance(late, datetime) else datetime.combine(late, time())
        if next(iter(_dates(_without_end(rule), begin)), None):
            return True
        self.work += _PROBE
        return False


def _is_wild(rule: vRecur) -> bool:
    times = prod(_length(rule, name) for name in _TIMES)
    return sum(_length(rule, name) for name in _CHOOSY) > MAX_CHOICES or times > MAX_A_DAY


def _length(rule: vRecur, name: str) -> int:
    said = rule.get(name, [])
    return max(len(said), 1) if isinstance(said, list) else 1


def _steps(rule: vRecur, start: date, until: datetime) -> float:
    first = start.date() if isinstance(start, datetime) else start
    step = _STEPS.get(str(_one(rule, "FREQ")), 0)
    inside = prod(_length(rule, name) for name in _TIMES)
    return max((until.date() - first).days, 1) / step * inside if step else float("inf")


def _ending(rule: vRecur, start: date, until: datetime) -> vRecur:
    """A number of times is counted here, within bounds, and becomes a last date."""
    last = _sooner(_like(until, start), _one(rule, "UNTIL"), start)
    if "COUNT" in rule:
        begin = start if isinstance(start, datetime) else datetime.combine(start, time())
        wanted = int(str(_one(rule, "COUNT")))
        found = list(islice(_dates(_without_end(rule), begin, last), min(wanted, MAX_STEPS)))
        if found and len(found) == wanted:
            last = _like(found[-1].replace(tzinfo=begin.tzinfo), start)
    ending = _without_end(rule)
    ending["UNTIL"] = [last]
    return ending


def _without_end(rule: vRecur) -> vRecur:
    return vRecur({name: said for name, said in rule.items() if name not in {"COUNT", "UNTIL"}})


def _dates(rule: vRecur, begin: datetime, last: date | None = None) -> Iterable[datetime]:
    """On the clock of the event, as rules are meant."""
    said = rule.to_ical().decode()  # type: ignore[no-untyped-call] # the library has no types here
    if last is not None:
        local = last if isinstance(last, datetime) else datetime.combine(last, time())
        local = local.astimezone(begin.tzinfo) if local.tzinfo and begin.tzinfo else local
        said += f";UNTIL={local:%Y%m%dT%H%M%S}"
    dates: Iterable[datetime] = rrulestr(said, dtstart=begin.replace(tzinfo=None))
    return dates


def _sooner(end: date, own: object, start: date) -> date:
    if not isinstance(own, date):
        return end
    same = own if isinstance(own, datetime) == isinstance(end, datetime) else _like(own, start)
    return min(same, end, key=_stamp)


def _like(moment: date, start: date) -> date:
    """A day for a rule of days; for others a time, in UTC where the start knows its zone."""
    if not isinstance(start, datetime):
        return moment.date() if isinstance(moment, datetime) else moment
    whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time(23, 59, 59))
    if start.tzinfo is None:
        return whole.replace(tzinfo=None)
    return (whole if whole.tzinfo else whole.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _stamp(moment: date) -> timedelta:
    whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    known = whole if whole.tzinfo else whole.replace(tzinfo=UTC)
    return known - datetime(1970, 1, 1, tzinfo=UTC)


def _one(rule: vRecur, name: str) -> object:
    values = rule.get(name, [None])
    return values[0] if isinstance(values, list) else values
