"""Two taps: choose, confirm. Made for a thumb, at night."""

from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.alerts.queries import alerts, settings
from beffroi.alerts.services import emergency
from beffroi.alerts.words import Basis, MessageState
from beffroi.backoffice.alerts.found import alert_or_404, message_or_404, text_or_404
from beffroi.backoffice.alerts.reach import shown_reach
from beffroi.backoffice.alerts.sentences import attempt
from beffroi.backoffice.doors import AgentRequest, go, say, show

MAX_DIGITS = 18  # of a bigint


def choose(request: AgentRequest) -> HttpResponse:
    texts = [
        (text, settings.is_approved(text))
        for text in settings.prewritten(request.town)
        if not settings.words_of(text).has_slots
    ]
    return show(
        request,
        "backoffice/alerts/choose.html",
        texts=texts,
        is_drill=_is_drill(request),
        alert_id=_continued(request),
    )


def confirm(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    text = text_or_404(request, prewritten_id)
    words = settings.words_of(text)
    is_drill = _is_drill(request)
    if request.method == "POST":
        return _send(request, prewritten_id, is_drill=is_drill)
    return show(
        request,
        "backoffice/alerts/confirm.html",
        text=text,
        words=words,
        reach=shown_reach(request, words, is_drill=is_drill),
        seen_hash=words.sha256(),
        is_approved=settings.is_approved(text),
        is_drill=is_drill,
        alert_id=_continued(request),
    )


def _send(request: AgentRequest, prewritten_id: int, *, is_drill: bool) -> HttpResponse:
    message = attempt(
        request,
        lambda: emergency.send_emergency(
            request.town,
            prewritten_id,
            seen_hash=request.POST.get("seen", ""),
            by=request.agent,
            at=request.at,
            is_drill=is_drill,
            alert_id=_continued(request),
        ),
    )
    if message is None:
        return go(request, "emergency")
    _said(request, afterwards=message.basis == Basis.AFTERWARDS)
    return go(request, "alert", message.alert_id)


def prepared(request: AgentRequest, alert_message_id: int) -> HttpResponse:
    """A ready draft: read it, send it."""
    message = message_or_404(request, alert_message_id)
    if request.method == "POST":
        sent = attempt(
            request,
            lambda: emergency.send_prepared(
                request.town,
                alert_message_id,
                seen_hash=request.POST.get("seen", ""),
                by=request.agent,
                at=request.at,
            ),
        )
        if sent:
            _said(request, afterwards=True)
        return go(request, "alert", message.alert_id)
    words = alerts.words_of(message)
    return show(
        request,
        "backoffice/alerts/prepared.html",
        message=message,
        words=words,
        reach=shown_reach(request, words, is_drill=message.alert.is_drill),
        is_waiting=message.state == MessageState.PREPARED,
    )


def dismiss(request: AgentRequest, alert_message_id: int) -> HttpResponse:
    message = message_or_404(request, alert_message_id)
    attempt(request, lambda: _dismissed(request, alert_message_id))
    return go(request, "alert", message.alert_id)


def _dismissed(request: AgentRequest, message_id: int) -> None:
    emergency.dismiss(request.town, message_id, by=request.agent, at=request.at)
    say(request, gettext("Le message est écarté\N{NO-BREAK SPACE}: il ne partira pas."))


def judge(request: AgentRequest, alert_message_id: int) -> HttpResponse:
    """« À valider après coup »."""
    message = message_or_404(request, alert_message_id)
    if request.method == "POST":
        attempt(request, lambda: _judged(request, alert_message_id))
        return go(request, "alerts")
    return show(
        request,
        "backoffice/alerts/judge.html",
        message=message,
        words=alerts.words_of(message),
        reached=alerts.reached(request.town, alert_message_id),
    )


def _judged(request: AgentRequest, message_id: int) -> None:
    emergency.approve_afterwards(request.town, message_id, by=request.agent, at=request.at)
    say(request, gettext("Le message est validé après coup."))


def end(request: AgentRequest, alert_id: int) -> HttpResponse:
    alert_or_404(request, alert_id)
    ended = attempt(
        request,
        lambda: emergency.end(request.town, alert_id, by=request.agent, at=request.at),
    )
    if ended:
        say(
            request,
            gettext("L’alerte est terminée\N{NO-BREAK SPACE}; la page des habitants le dit."),
        )
    return go(request, "alert", alert_id)


def _said(request: AgentRequest, *, afterwards: bool) -> None:
    if afterwards:
        say(request, gettext("Le message part. Le cabinet le validera après coup."))
    else:
        say(request, gettext("Le message part."))


def _is_drill(request: AgentRequest) -> bool:
    return (request.POST or request.GET).get("exercice", "") == "1"


def _continued(request: AgentRequest) -> int | None:
    """The alert that the message continues."""
    asked = (request.POST or request.GET).get("suite", "")
    return int(asked) if asked.isdecimal() and len(asked) < MAX_DIGITS else None
