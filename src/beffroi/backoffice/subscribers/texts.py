"""The wording of the consent, version after version."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from beffroi.audience.facts import NoSuchText
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import texts as services
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.subscribers.forms import TextForm


def consent(request: AgentRequest) -> HttpResponse:
    try:
        current = queries.consent_text(request.town)
    except NoSuchText as never_opened:
        raise Http404 from never_opened
    form = TextForm(request.POST or None, initial={"wording": current.wording})
    if request.method == "POST" and form.is_valid():
        version = services.publish(
            request.town, form.cleaned_data["wording"], by=request.agent, at=request.at
        )
        if version == current.version:
            say(request, gettext("Le texte n’a pas changé : aucune nouvelle version."))
        else:
            say(
                request,
                gettext(
                    "La version {version} est en vigueur. Les accords déjà donnés gardent la leur."
                ).format(version=version),
            )
        return go(request, "consent")
    return show(
        request,
        "backoffice/subscribers/consent.html",
        form=form,
        current=current,
        older=queries.consent_texts(request.town)[1:],
    )
