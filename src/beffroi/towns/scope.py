"""The town in whose name this database session reads and writes (the fourth net).

Row-level security shows the role `beffroi_web` only the rows of the town named here; with no town named it
sees none. The owner and the engine are not bound by it. Not for telling who may do what: see permissions.py.
"""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_ENTER = (
    "SELECT set_config('beffroi.town_id', %s, false), set_config('beffroi.agent_id', %s, false)"
)


def enter(*, town_id: int | None, agent_id: int | None = None) -> None:
    """From here on this session sees the rows of `town_id`, and the memberships of `agent_id`."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [str(town_id or ""), str(agent_id or "")])
    connection.beffroi_scope_entered = True  # type: ignore[attr-defined]


def leave() -> None:
    """Closes the scope; called at the end of each request."""
    if getattr(connection, "beffroi_scope_entered", False):
        connection.beffroi_scope_entered = False  # type: ignore[attr-defined]
        if connection.connection is not None and connection.is_usable():
            enter(town_id=None)
            connection.beffroi_scope_entered = False  # type: ignore[attr-defined]


def leave_after_each_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        leave()
        timezone.deactivate()
        try:
            return get_response(request)
        finally:
            timezone.deactivate()
            leave()

    return middleware
