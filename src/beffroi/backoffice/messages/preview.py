"""The letter as the reader gets it: telephone, desktop, dark, plain text; and a test to colleagues."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import ngettext

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.messages import posted
from beffroi.backoffice.messages.found import campaign_or_404, tone
from beffroi.backoffice.messages.sentences import attempt
from beffroi.backoffice.messages.trying_forms import OwnCodeForm, OwnPhoneForm
from beffroi.campaigns.queries import campaigns, trial_phones
from beffroi.campaigns.services import testing
from beffroi.campaigns.words import Stage
from beffroi.delivery.words import Channel
from beffroi.towns import queries as towns

if TYPE_CHECKING:
    from beffroi.campaigns.models import Campaign

# The letter is foreign to the page: nothing in it may run, load from elsewhere or send.
LETTER_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def campaign_preview(request: AgentRequest, campaign_id: int) -> HttpResponse:
    return preview_of(request, campaign_or_404(request, campaign_id))


def preview_of(request: AgentRequest, campaign: "Campaign", **forms: Any) -> HttpResponse:  # noqa: ANN401
    """`forms`: those of a test by SMS that are shown again."""
    content = campaigns.content_of(request.town, campaign)
    blank: dict[str, Any] = {
        "phone_form": OwnPhoneForm(),
        "code_form": OwnCodeForm(initial={"handle": request.GET.get("code", "")}),
        "waits_for_code": "code" in request.GET,
    }
    return show(
        request,
        "backoffice/messages/preview.html",
        **(blank | forms),
        test_phone=trial_phones.masked(request.town, request.agent),
        tries_sms=Channel.SMS in content.channels and content.sms,
        tries_push=Channel.PUSH in content.channels,
        campaign=campaign,
        tone=tone(campaign),
        plain=campaigns.previewed_text(request.town, content, at=_dated(campaign, request)),
        members=[m.agent for m in towns.members(request.town)],
        is_writable=campaign.stage in {Stage.DRAFT, Stage.RETURNED},
    )


def campaign_letter(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """The letter alone, for a frame."""
    campaign = campaign_or_404(request, campaign_id)
    content = campaigns.content_of(request.town, campaign)
    is_dark = request.GET.get("nuit") == "1"
    at = _dated(campaign, request)
    html = campaigns.previewed(request.town, content, at=at, is_dark=is_dark)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = LETTER_POLICY
    response["Cache-Control"] = "no-store"
    return response


def _dated(campaign: "Campaign", request: AgentRequest) -> datetime:
    """The date at the top of the letter: that of its sending, past or planned."""
    return campaign.published_at or campaign.scheduled_at or request.at


def campaign_test(request: AgentRequest, campaign_id: int) -> HttpResponse:
    chosen = posted.numbers(request.POST.getlist("agent"))
    to = chosen or [request.agent.pk]
    count = attempt(
        request,
        lambda: testing.send_test(
            request.town, campaign_id, to=to, by=request.agent, at=request.at
        ),
    )
    if count:
        words = ngettext(
            "Essai envoyé à %(count)d personne. Il arrive dans un instant.",
            "Essai envoyé à %(count)d personnes. Il arrive dans un instant.",
            count,
        )
        say(request, words % {"count": count})
    return go(request, "campaign-preview", campaign_id)
