"""GET /sante: the state of each part, for the operator's watch. Says nothing of any town, and no secret."""

import logging
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.delivery.queries.health import oldest_due_s
from beffroi.servers import supervision
from beffroi.servers.layout import Layout

MAX_WAIT_S = 120  # a chunk is claimed within a second when an engine runs; two minutes is an outage
MIN_FREE_BYTES = 200 * 1024 * 1024  # a journal and a few thousand messages still fit

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    healthy: bool
    state: str
    """A word: running, stopped, waiting…"""
    detail: str = ""
    elsewhere: bool = False
    """The mail servers', where root starts them apart."""


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    folder = Path(settings.BEFFROI_DIR)
    parts = _database() | _programs(folder) | _mail(folder) | {"disk": _disk(folder)}
    healthy = all(part.healthy for part in parts.values())
    body = {
        "status": "ok" if healthy else "degraded",
        "parts": {name: asdict(part) for name, part in parts.items()},
    }
    return JsonResponse(body, status=200 if healthy else 503)


def _database() -> dict[str, Part]:
    """One real query answers for both the database and the queue."""
    started = time.monotonic()
    try:
        waiting_s = oldest_due_s(now=timezone.now())
    except (OperationalError, InterfaceError):
        log.warning("health: the database does not answer")
        return {"database": Part(healthy=False, state="unreachable")}
    took_ms = (time.monotonic() - started) * 1000
    late = waiting_s > MAX_WAIT_S
    return {
        "database": Part(healthy=True, state="running", detail=f"{took_ms:.1f} ms"),
        "queue": Part(
            healthy=not late,
            state="late" if late else "flowing",
            detail=f"oldest due {waiting_s:.0f} s",
        ),
    }


def _programs(folder: Path) -> dict[str, Part]:
    """What the supervisor says; outside it (under systemd, in tests) nobody can tell for the others."""
    try:
        states = supervision.states(folder)
    except supervision.NotRunning:
        return {"web": Part(healthy=True, state="running", detail="unsupervised")}
    return {state.name: _part(state) for state in states}


def _part(state: supervision.PartState, *, elsewhere: bool = False) -> Part:
    return Part(
        healthy=state.healthy,
        state=state.stage.value.lower(),
        detail=f"{state.up_s} s",
        elsewhere=elsewhere,
    )


def _mail(folder: Path) -> dict[str, Part]:
    """Its servers are among the programs, or tell of themselves; a house without mail is well all the same."""
    if why := settings.BEFFROI_MAIL_OFF:
        return {"mail": Part(healthy=True, state="off", detail=why)}
    if not settings.MAIL_IS_APART:
        return {}
    states = supervision.published(Layout(dir=folder).mail_half)
    if states is None:
        return {"mail": Part(healthy=False, state="stopped", elsewhere=True)}
    return {state.name: _part(state, elsewhere=True) for state in states}


def _disk(folder: Path) -> Part:
    free = shutil.disk_usage(folder).free
    enough = free >= MIN_FREE_BYTES
    return Part(
        healthy=enough,
        state="enough" if enough else "full",
        detail=f"{free // (1024 * 1024)} MiB free",
    )
