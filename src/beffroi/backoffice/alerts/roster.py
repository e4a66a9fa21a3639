"""Who is on duty, and how they are rung."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import roster
from beffroi.backoffice.alerts.forms import DutyForm
from beffroi.backoffice.alerts.sentences import KNOWN, attempt, sentence
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.kit.contacts import NotAnAddress
from beffroi.kit.phones import NotAPhone
from beffroi.towns.queries import members

FORMAT = "%Y-%m-%dT%H:%M"


def listing(request: AgentRequest) -> HttpResponse:
    duties = queries.duties(request.town, at=request.at)
    return show(request, "backoffice/alerts/roster.html", duties=duties, at=request.at)


def add(request: AgentRequest) -> HttpResponse:
    agents = [(one.agent_id, one.agent.full_name) for one in members(request.town)]
    evening = timezone.localtime(request.at).replace(hour=18, minute=0)
    initial = {
        "starts_at": evening.strftime(FORMAT),
        "ends_at": (evening + timedelta(days=7)).strftime(FORMAT),
    }
    form = DutyForm(request.POST or None, agents=agents, initial=initial)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        say(request, gettext("Le tour d’astreinte est enregistré."))
        return go(request, "duties")
    return show(request, "backoffice/alerts/duty_form.html", form=form)


def _added(request: AgentRequest, form: DutyForm) -> bool:
    try:
        roster.add(request.town, **form.cleaned_data, by=request.agent, at=request.at)
    except NotAnAddress:
        form.add_error("email", gettext("Ce n’est pas une adresse e-mail."))
    except NotAPhone:
        form.add_error("phone", gettext("Donnez un numéro de mobile qui reçoit les SMS."))
    except KNOWN as fact:
        form.add_error(None, sentence(fact))
    else:
        return True
    return False


def remove(request: AgentRequest, duty_id: int) -> HttpResponse:
    attempt(request, lambda: _removed(request, duty_id))
    return go(request, "duties")


def _removed(request: AgentRequest, duty_id: int) -> None:
    roster.remove(request.town, duty_id, by=request.agent, at=request.at)
    say(request, gettext("Le tour d’astreinte est retiré."))
