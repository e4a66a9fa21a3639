"""The departments of the town hall."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.town.forms import ServiceForm
from beffroi.towns import queries, services


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
    service = queries.service(request.town, service_id)
    if service is None:
        raise Http404
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
    return show(request, "backoffice/town/service.html", form=form, service=service)
