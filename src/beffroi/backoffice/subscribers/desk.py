"""At the counter: what a person receives and how, chosen with them and by their word."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from beffroi.audience.facts import NothingToConfirm, TooManyAttempts, TooManyCodes
from beffroi.audience.queries import subscribers, themes as theme_queries
from beffroi.audience.services import codes, desk, numbers, preferences
from beffroi.backoffice.doors import AgentRequest, address, go, say, warn
from beffroi.backoffice.subscribers.person import for_subscriber, page_of
from beffroi.backoffice.subscribers.person_forms import (
    CodeForm,
    PersonThemesForm,
    PhoneForm,
    RemoveForm,
)


@for_subscriber
def themes(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    person = subscribers.subscriber(request.town, subscriber_id, at=request.at)
    form = PersonThemesForm(
        request.POST, person=person, themes=theme_queries.open_themes(request.town)
    )
    if not form.is_valid():
        return page_of(request, subscriber_id, themes_form=form)
    try:
        preferences.change_themes(
            request.town,
            subscriber_id,
            theme_ids=form.cleaned_data["themes"],
            channels=form.channels_by_theme,
            by=request.agent,
            at=request.at,
        )
    except preferences.NotConfirmed:
        warn(request, _not_confirmed())
    else:
        told = gettext("Les choix sont enregistrés.")
        if form.adds:
            told = gettext("Les choix sont enregistrés, et la personne en reçoit la confirmation.")
        say(request, told)
    return go(request, "subscriber", subscriber_id)


@for_subscriber
def new_phone(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return page_of(request, subscriber_id, phone_form=form)
    try:
        handle = desk.ask_number(
            request.town,
            subscriber_id,
            form.cleaned_data["phone"],
            by=request.agent,
            at=request.at,
        )
    except TooManyCodes:
        form.add_error(
            "phone",
            gettext("Trop de codes sont partis aujourd’hui par SMS. Recommencez demain."),
        )
    except TooManyAttempts:
        form.add_error(
            "phone",
            gettext("Ce numéro a déjà reçu plusieurs codes. Réessayez dans une heure."),
        )
    except desk.NotInTheWording:
        form.add_error(
            "phone",
            gettext("Le texte du consentement ne parle pas de SMS : complétez-le d’abord."),
        )
    except preferences.NotConfirmed:
        form.add_error("phone", _not_confirmed())
    else:
        say(request, gettext("Un code vient de partir vers ce mobile. Demandez-le à la personne."))
        return HttpResponseRedirect(
            f"{address(request, 'subscriber', subscriber_id)}?code={handle}#mobile"
        )
    return page_of(request, subscriber_id, phone_form=form)


@for_subscriber
def enter_code(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        handle: UUID = form.cleaned_data["handle"]
        try:
            desk.enter_code(
                request.town,
                subscriber_id,
                handle,
                form.cleaned_data["code"],
                by=request.agent,
                at=request.at,
            )
        except codes.WrongCode:
            form.add_error(
                "code", gettext("Ce n’est pas le code envoyé. Vérifiez les six chiffres.")
            )
        except (codes.CodeExpired, NothingToConfirm):
            form.add_error(
                "code",
                gettext(
                    "Ce code a trop attendu ou a été essayé trop souvent. Envoyez-en un autre."
                ),
            )
        else:
            say(
                request,
                gettext("Le mobile est confirmé. Choisissez ce qui doit y arriver par SMS."),
            )
            return go(request, "subscriber", subscriber_id)
    return page_of(request, subscriber_id, code_form=form, waits_for_code=True)


@for_subscriber
def remove(request: AgentRequest, subscriber_id: int) -> HttpResponse:
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            desk.remove(
                request.town,
                subscriber_id,
                form.cleaned_data["channel"],
                by=request.agent,
                at=request.at,
            )
        except numbers.OnlyWay:
            warn(
                request,
                gettext("Rien n’a changé : c’est le seul moyen de joindre cette personne."),
            )
        else:
            say(request, gettext("C’est retiré. Ce qui n’arrivait que par là s’est arrêté."))
    return go(request, "subscriber", subscriber_id)


def _not_confirmed() -> str:
    return gettext(
        "Rien n’a changé : la personne n’a pas encore confirmé son adresse, elle seule peut le faire."
    )
