"""The period that a page is asked for: one of the usual ones, or two days of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, Say
from beffroi.bilan import periods
from beffroi.bilan.periods import NoPeriod, Period

USUAL: dict[str, tuple[Say, Callable[[date], Period]]] = {
    "an": (_("Les 12 derniers mois"), periods.past_year),
    "mois": (_("Le mois dernier"), lambda today: periods.last_months(today, 1)),
    "trimestre": (_("Les 3 derniers mois entiers"), lambda today: periods.last_months(today, 3)),
    "annee": (_("Cette année"), lambda today: periods.of_year(today.year)),
    "annee-passee": (_("L’année passée"), lambda today: periods.of_year(today.year - 1)),
}
DEFAULT = "an"
_OLDEST = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    period: Period
    usual: str
    """Which of the usual ones; empty for two days of one's own."""
    is_unreadable: bool = False
    """The two days say no period: the default is shown."""

    @property
    def query(self) -> str:
        """To ask for the same period again."""
        if self.usual:
            return f"periode={self.usual}"
        return f"du={self.period.first:%Y-%m-%d}&au={self.period.last:%Y-%m-%d}"


def asked(request: AgentRequest) -> Asked:
    today = timezone.localdate(request.at)
    own = request.GET.get("du", ""), request.GET.get("au", "")
    if any(own):
        try:
            return Asked(period=_between(*own, today=today), usual="")
        except (ValueError, NoPeriod):
            period = USUAL[DEFAULT][1](today)
            return Asked(period=period, usual=DEFAULT, is_unreadable=True)
    usual = request.GET.get("periode", DEFAULT)
    if usual not in USUAL:
        usual = DEFAULT
    return Asked(period=USUAL[usual][1](today), usual=usual)


def _between(first: str, last: str, *, today: date) -> Period:
    """Raises: ValueError, NoPeriod."""
    period = Period(first=date.fromisoformat(first), last=date.fromisoformat(last))
    if period.first < _OLDEST or period.last.year > today.year + 1:
        raise NoPeriod(period.first, period.last)
    return period
