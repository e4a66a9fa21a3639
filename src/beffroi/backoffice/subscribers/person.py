"""One subscriber: what they receive, what they were sent, and the proof of their consent."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext

from beffroi.audience import disclosure
from beffroi.audience.channels import among
from beffroi.audience.facts import NoSuchSubscriber, PersonName, SubscriberView
from beffroi.audience.queries import forms as form_queries, subscribers, themes as theme_queries
from beffroi.audience.services import erasure, preferences
from beffroi.audience.words import Status
from beffroi.backoffice.doors import AgentRequest, address, go, say, show
from beffroi.backoffice.subscribers import history
from beffroi.backoffice.subscribers.forms import ReasonForm
from beffroi.backoffice.subscribers.person_forms import (
    AddressForm,
    CodeForm,
    NameForm,
    PauseForm,
    PersonThemesForm,
    PhoneForm,
)

View = Callable[[AgentRequest, int], HttpResponse]


def for_subscriber(view: View) -> Callable[..., HttpResponse]:
    """Someone of another town, or erased, does not exist here."""

    @wraps(view)
    def found(request: AgentRequest, subscriber_id: int) -> HttpResponse:
        try:
            return view(request, subscriber_id)
        except NoSuchSubscriber as nobody:
            raise Http404 from nobody

    return found


@for_subscriber
def show_person(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    return page_of(request, subscriber_id)


@for_subscriber
def name(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = NameForm(request.POST)
    if form.is_valid():
        given = PersonName(
            first_name=form.cleaned_data["first_name"], family_name=form.cleaned_data["family_name"]
        )
        preferences.change_name(request.town, subscriber_id, given, by=request.agent, at=request.at)
        say(request, gettext("Le nom est enregistré."))
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def new_address(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return page_of(request, subscriber_id, address_form=form)
    preferences.change_address(
        request.town,
        subscriber_id,
        form.cleaned_data["address"],
        by=request.agent,
        at=request.at,
    )
    say(
        request,
        gettext(
            "Un message vient de partir vers la nouvelle adresse. Elle remplacera l’ancienne dès que la personne "
            "l’aura confirmée ; d’ici là, rien ne change."
        ),
    )
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def pause(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = PauseForm(request.POST, today=localdate(request.at))
    if not form.is_valid():
        return page_of(request, subscriber_id, pause_form=form)
    end = make_aware(datetime.combine(form.cleaned_data["until"] + timedelta(days=1), time()))
    preferences.pause(request.town, subscriber_id, until=end, by=request.agent, at=request.at)
    say(
        request,
        gettext("Cette personne ne reçoit plus rien jusqu’à la fin de la pause."),
        undo=address(request, "subscriber-resume", subscriber_id),
    )
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def resume(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    preferences.resume(request.town, subscriber_id, by=request.agent, at=request.at)
    say(request, gettext("La pause est finie : cette personne reçoit de nouveau ses thèmes."))
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def leave(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    preferences.unsubscribe(request.town, subscriber_id, by=request.agent, at=request.at)
    say(
        request,
        gettext(
            "Cette personne est désinscrite : elle ne reçoit plus rien, même d’un envoi déjà commencé."
        ),
    )
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def erase(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    erasure.plan_erasure(request.town, subscriber_id, by=request.agent, at=request.at)
    say(
        request,
        gettext(
            "Plus rien n’est envoyé à cette personne. Ses données seront effacées dans sept jours."
        ),
        undo=address(request, "subscriber-keep", subscriber_id),
    )
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def keep(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    try:
        erasure.cancel_erasure(request.town, subscriber_id, by=request.agent, at=request.at)
    except erasure.TooLate as late:
        raise Http404 from late
    say(request, gettext("L’effacement est annulé : tout est comme avant."))
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def reveal(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    """Shown on this one answer, never stored, never in an address."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page_of(request, subscriber_id, reason_form=form)
    subscribers.subscriber(request.town, subscriber_id, at=request.at)
    clear = disclosure.reveal(
        request.town,
        subscriber_id,
        channel=form.channel,
        reason=form.cleaned_data["reason"],
        by=request.agent,
        at=request.at,
    )
    response = page_of(request, subscriber_id, clear=clear, clear_channel=form.channel)
    response["Cache-Control"] = "no-store"
    return response


def page_of(request: AgentRequest, subscriber_id: int, **forms: Any) -> HttpResponse:  # noqa: ANN401
    person = subscribers.subscriber(request.town, subscriber_id, at=request.at)
    open_themes = theme_queries.open_themes(request.town)
    blank: dict[str, Any] = {
        "themes_form": PersonThemesForm(person=person, themes=open_themes),
        "phone_form": PhoneForm(),
        "code_form": CodeForm(initial={"handle": request.GET.get("code", "")}),
        "name_form": NameForm(
            initial={"family_name": person.family_name, "first_name": person.first_name}
        ),
        "address_form": AddressForm(),
        "pause_form": PauseForm(today=localdate(request.at)),
        "reason_form": ReasonForm(auto_id="reveal_%s"),
    }
    return show(
        request,
        "backoffice/subscribers/person.html",
        **(
            blank
            | {
                "person": person,
                "state": state(person),
                "pending": person.status == Status.PENDING,
                "gone": person.status == Status.LEFT,
                "subscriptions": subscribers.subscriptions(request.town, subscriber_id),
                "proofs": subscribers.proofs(request.town, subscriber_id),
                "papers": form_queries.of_subscriber(request.town, subscriber_id),
                "wording": theme_queries.consent_text(request.town).wording,
                "waits_for_code": "code" in request.GET and person.next_phone,
                "removable": person.channels if len(person.channels) > 1 else (),
                "lines": history.of(request.town, person.points),
                "choices": [
                    (name, [channel.label for channel in among(one.channels)])
                    for one, name in zip(person.choices, person.theme_names, strict=True)
                ],
            }
            | forms
        ),
    )


def state(person: SubscriberView) -> tuple[str, str]:
    """(words, tone of the badge)."""
    if person.erase_on:
        return gettext("Bientôt effacé"), "bad"
    if person.status == Status.ACTIVE and person.is_out_of_reach:
        return gettext("Injoignable"), "bad"
    if person.status == Status.ACTIVE and person.paused_until:
        return gettext("En pause"), "wait"
    tone = {Status.ACTIVE: "ok", Status.PENDING: "wait"}.get(person.status, "")
    return str(person.status.label), tone
