"""Messages written beforehand, their approval, and the standing approvals signed on them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import prewritten, standing
from beffroi.alerts.texts import as_if_announced
from beffroi.alerts.words import ColourChoice
from beffroi.audience.queries import themes
from beffroi.backoffice.alerts.forms import SignForm, TextForm
from beffroi.backoffice.alerts.found import text_or_404
from beffroi.backoffice.alerts.reach import shown_reach
from beffroi.backoffice.alerts.sentences import KNOWN, attempt, sentence
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn

if TYPE_CHECKING:
    from beffroi.alerts.models import StandingApproval

USUAL_LIFE = timedelta(days=180)


def listing(request: AgentRequest) -> HttpResponse:
    signed = list(queries.standing(request.town, at=request.at))
    leaving = {one.prewritten_id for one in signed}
    texts = [
        (text, queries.is_approved(text), text.pk in leaving)
        for text in queries.prewritten(request.town)
    ]
    return show(request, "backoffice/alerts/texts.html", texts=texts, standing=signed)


def show_text(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    text = text_or_404(request, prewritten_id)
    words = queries.words_of(text)
    expires_on = timezone.localdate(request.at + USUAL_LIFE)
    signed = queries.standing(request.town, at=request.at).filter(prewritten=text)
    return show(
        request,
        "backoffice/alerts/text.html",
        text=text,
        words=words,
        seen_hash=words.sha256(),
        is_approved=queries.is_approved(text),
        standing=signed,
        form=SignForm(initial={"expires_on": expires_on, "colour": int(ColourChoice.ORANGE)}),
    )


def add(request: AgentRequest) -> HttpResponse:
    form = TextForm(request.POST or None, themes=_themes(request), initial=_usual(request))
    written = _saved(
        request,
        form,
        lambda: prewritten.write(request.town, form.text(), by=request.agent, at=request.at).pk,
    )
    if written:
        return go(request, "alert-text", written)
    return show(request, "backoffice/alerts/text_form.html", form=form, text=None)


def edit(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    text = text_or_404(request, prewritten_id)
    initial = {name: getattr(text, name) for name in TextForm.base_fields}
    form = TextForm(request.POST or None, themes=_themes(request), initial=initial)
    written = _saved(
        request,
        form,
        lambda: (
            prewritten.change(
                request.town, prewritten_id, form.text(), by=request.agent, at=request.at
            ).pk
        ),
    )
    if written:
        return go(request, "alert-text", written)
    return show(request, "backoffice/alerts/text_form.html", form=form, text=text)


def approve(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    text_or_404(request, prewritten_id)
    seen = request.POST.get("seen", "")
    done = attempt(
        request,
        lambda: prewritten.approve(
            request.town, prewritten_id, seen_hash=seen, by=request.agent, at=request.at
        ),
    )
    if done:
        say(request, gettext("Le message est validé d’avance."))
    return go(request, "alert-text", prewritten_id)


def sign(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    """First what would leave, word for word; then the signature."""
    text = text_or_404(request, prewritten_id)
    form = SignForm(request.POST or request.GET)
    if not form.is_valid():
        warn(
            request, gettext("Choisissez un phénomène, une couleur et une date. Rien n’est signé.")
        )
        return go(request, "alert-text", prewritten_id)
    if request.method == "POST":
        if attempt(request, lambda: _signed(request, prewritten_id, form)):
            say(
                request,
                gettext("L’accord permanent est signé. Vous pouvez le retirer à tout moment."),
            )
        return go(request, "alert-text", prewritten_id)
    phenomenon, colour = form.cleaned_data["phenomenon"], form.cleaned_data["colour"]
    words = queries.words_of(text)
    announced = as_if_announced(
        words, phenomenon, colour, drops_accents=request.town.sms_drops_accents, at=request.at
    )
    same = queries.standing(request.town, at=request.at).filter(
        phenomenon=phenomenon, colour=colour
    )
    return show(
        request,
        "backoffice/alerts/sign.html",
        text=text,
        form=form,
        expires_at=_last_moment(form),
        phenomenon=phenomenon,
        colour=colour,
        words=announced,
        reach=shown_reach(request, announced, is_drill=False),
        seen_hash=words.sha256(),
        replaced=same.first(),
    )


def _signed(request: AgentRequest, prewritten_id: int, form: SignForm) -> "StandingApproval":
    clean = form.cleaned_data
    return standing.sign(
        request.town,
        prewritten_id,
        phenomenon=clean["phenomenon"],
        colour=clean["colour"],
        seen_hash=request.POST.get("seen", ""),
        expires_at=_last_moment(form),
        by=request.agent,
        at=request.at,
    )


def _last_moment(form: SignForm) -> datetime:
    return datetime.combine(
        form.cleaned_data["expires_on"], time.max, timezone.get_current_timezone()
    )


def revoke(request: AgentRequest, standing_approval_id: int) -> HttpResponse:
    attempt(request, lambda: _revoked(request, standing_approval_id))
    return go(request, "alert-texts")


def _revoked(request: AgentRequest, standing_id: int) -> None:
    standing.revoke(request.town, standing_id, by=request.agent, at=request.at)
    say(
        request,
        gettext(
            "L’accord permanent est retiré\N{NO-BREAK SPACE}: plus rien ne part sans relecture."
        ),
    )


def remove(request: AgentRequest, prewritten_id: int) -> HttpResponse:
    text = text_or_404(request, prewritten_id)
    prewritten.remove(request.town, prewritten_id, by=request.agent, at=request.at)
    words = gettext(
        "Le message «\N{NO-BREAK SPACE}%s\N{NO-BREAK SPACE}» est retiré, avec ses accords permanents."
    )
    say(request, words % text.title)
    return go(request, "alert-texts")


def _saved(request: AgentRequest, form: TextForm, verb: Callable[[], int]) -> int | None:
    """What was typed stays in the form when it cannot be kept."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        written = verb()
    except KNOWN as fact:
        form.add_error(None, sentence(fact))
        return None
    say(request, gettext("Le message est enregistré. Une autre personne doit le valider."))
    return written


def _themes(request: AgentRequest) -> list[tuple[int, str]]:
    return [(theme.id, theme.name) for theme in themes.open_themes(request.town)]


def _usual(request: AgentRequest) -> dict[str, object]:
    return {"theme_ids": [theme.id for theme in themes.open_themes(request.town) if theme.is_alert]}
