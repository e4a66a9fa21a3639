"""The departments of the town hall."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.town.forms import ServiceForm
from beffroi.towns import queries, services

if TYPE_CHECKING:
    from beffroi.towns.models import Service

MAX_DIGITS = 18  # of a bigint


def listing(request: AgentRequest) -> HttpResponse:
    people: dict[int, list[str]] = {}
    for member in queries.members(request.town):
        if member.service_id:
            people.setdefault(member.service_id, []).append(member.agent.full_name)
    rows = [(service, people.get(service.pk, [])) for service in queries.services(request.town)]
    return show(request, "backoffice/town/services.html", rows=rows)


def add(request: AgentRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        services.add_service(request.town, name, by=request.agent, at=request.at)
        say(request, gettext("Le service « %(name)s » est ajouté.") % {"name": name})
        return go(request, "services")
    return show(request, "backoffice/town/service.html", form=form, service=None)


def rename(request: AgentRequest, service_id: int) -> HttpResponse:
    service = _service_or_404(request, service_id)
    form = ServiceForm(request.POST or None, initial={"name": service.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            services.rename_service(request.town, service_id, name, by=request.agent, at=request.at)
        except services.ServiceExists:
            form.add_error("name", gettext("Un autre service porte déjà ce nom."))
        else:
            say(request, gettext("Le service s’appelle désormais « %(name)s ».") % {"name": name})
            return go(request, "services")
    return show(
        request,
        "backoffice/town/service.html",
        form=form,
        service=service,
        uses=queries.service_uses(request.town, service),
        others=queries.services(request.town).exclude(pk=service_id),
    )


def remove(request: AgentRequest, service_id: int) -> HttpResponse:
    service = _service_or_404(request, service_id)
    try:
        services.remove_service(request.town, service_id, by=request.agent, at=request.at)
    except services.ServiceInUse:
        warn(
            request,
            gettext(
                "Ce service sert encore : rien n’est supprimé. Réunissez-le à un autre service."
            ),
        )
        return go(request, "service", service_id)
    say(request, gettext("Le service « %(name)s » est supprimé.") % {"name": service.name})
    return go(request, "services")


def merge(request: AgentRequest, service_id: int) -> HttpResponse:
    service = _service_or_404(request, service_id)
    asked = request.POST.get("into", "")
    into_id = int(asked) if asked.isdecimal() and len(asked) < MAX_DIGITS else 0
    try:
        into = services.merge_service(
            request.town, service_id, into_id=into_id, by=request.agent, at=request.at
        )
    except services.NoSuchService:
        warn(request, gettext("Choisissez le service qui reprend tout. Rien n’a été modifié."))
        return go(request, "service", service_id)
    except services.ServicesClash:
        warn(
            request,
            gettext(
                "Les deux services ont chacun un budget pour la même année : rien n’a été modifié. "
                "Ramenez d’abord l’un des deux budgets à rien."
            ),
        )
        return go(request, "service", service_id)
    words = gettext("« %(before)s » est réuni à « %(after)s ».")
    say(request, words % {"before": service.name, "after": into.name})
    return go(request, "services")


def _service_or_404(request: AgentRequest, service_id: int) -> "Service":
    service = queries.service(request.town, service_id)
    if service is None:
        raise Http404
    return service
