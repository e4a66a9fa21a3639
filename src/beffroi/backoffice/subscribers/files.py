"""An import by its number."""

from django.http import Http404

from beffroi.audience.queries import imports as queries
from beffroi.audience.services.imports import NoSuchImport
from beffroi.backoffice.doors import AgentRequest


def view_of(request: AgentRequest, import_id: int) -> queries.ImportView:
    try:
        return queries.one(request.town, import_id)
    except NoSuchImport as unknown:
        raise Http404 from unknown
