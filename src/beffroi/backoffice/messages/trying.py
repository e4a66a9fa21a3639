"""« M’envoyer un essai » by SMS and by notification."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from beffroi.audience.facts import TooManyAttempts, TooManyCodes
from beffroi.audience.services import codes
from beffroi.backoffice.doors import AgentRequest, address, go, say, warn
from beffroi.backoffice.messages.found import campaign_or_404
from beffroi.backoffice.messages.preview import preview_of
from beffroi.backoffice.messages.sentences import attempt
from beffroi.backoffice.messages.trying_forms import OwnCodeForm, OwnPhoneForm
from beffroi.campaigns.services import trying
from beffroi.kit.push_points import NotASubscription


def phone(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    form = OwnPhoneForm(request.POST)
    if not form.is_valid():
        return preview_of(request, campaign, phone_form=form)
    try:
        handle = trying.ask_phone(
            request.town, form.cleaned_data["phone"], by=request.agent, at=request.at
        )
    except TooManyCodes:
        form.add_error("phone", gettext("Trop de codes sont partis aujourd’hui par SMS."))
    except TooManyAttempts:
        form.add_error(
            "phone", gettext("Ce numéro a déjà reçu plusieurs codes. Réessayez dans une heure.")
        )
    else:
        say(request, gettext("Un code vient de partir vers ce mobile."))
        here = address(request, "campaign-preview", campaign_id)
        return HttpResponseRedirect(f"{here}?code={handle}#essai-sms")
    return preview_of(request, campaign, phone_form=form)


def code(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    form = OwnCodeForm(request.POST)
    if form.is_valid():
        try:
            trying.confirm_phone(
                request.town,
                form.cleaned_data["handle"],
                form.cleaned_data["code"],
                by=request.agent,
                at=request.at,
            )
        except codes.WrongCode:
            form.add_error("code", gettext("Ce n’est pas le code envoyé."))
        except codes.CodeExpired:
            form.add_error("code", gettext("Ce code a trop attendu. Demandez-en un autre."))
        else:
            say(request, gettext("Votre mobile est confirmé."))
            return go(request, "campaign-preview", campaign_id)
    return preview_of(request, campaign, code_form=form, waits_for_code=True)


def sms(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign_or_404(request, campaign_id)

    def send() -> bool:
        trying.send_test_sms(request.town, campaign_id, by=request.agent, at=request.at)
        return True

    if attempt(request, send):
        say(request, gettext("Essai envoyé par SMS. Il arrive dans un instant."))
    return go(request, "campaign-preview", campaign_id)


def push(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign_or_404(request, campaign_id)

    def send() -> bool:
        trying.send_test_push(
            request.town,
            campaign_id,
            subscription=request.POST.get("abonnement", ""),
            by=request.agent,
            at=request.at,
        )
        return True

    try:
        sent = attempt(request, send)
    except NotASubscription:
        warn(request, gettext("Ce navigateur ne reçoit pas les notifications de la commune."))
        sent = None
    if sent:
        say(request, gettext("Essai envoyé en notification à ce navigateur."))
    return go(request, "campaign-preview", campaign_id)
