"""The pile of paper forms: typed by keyboard, printed for the counter."""

from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience import scans
from beffroi.audience.facts import NoSuchText, PaperFormData, PersonName, TypedForm
from beffroi.audience.queries import forms as queries, themes as theme_queries
from beffroi.audience.services import paper as services
from beffroi.backoffice.doors import AgentRequest, address, go, say, show, warn
from beffroi.backoffice.subscribers import printing as press
from beffroi.backoffice.subscribers.forms import PaperForm
from beffroi.kit.paths import SUBSCRIBE, town_url

REMEMBERED = "beffroi.paper"
MAX_PRINTED = 60


def typing(request: AgentRequest) -> HttpResponse:
    themes = theme_queries.open_themes(request.town)
    make = partial(PaperForm, themes=themes, today=localdate(request.at))
    form = make(request.POST, request.FILES) if request.method == "POST" else None
    question = ""
    if form is not None and form.is_valid():
        question = _doubt(request, form)
        if not question and _save(request, form):
            return go(request, "paper-forms")
    return show(
        request,
        "backoffice/subscribers/paper.html",
        form=form or make(initial=_remembered(request)),
        question=question,
        recent=[(one, one.may_undo(request.at)) for one in queries.recent(request.town)],
    )


def check(request: AgentRequest) -> HttpResponse:
    """Asked in the background while the agent types on."""
    found = queries.check(
        request.town,
        number=request.GET.get("number", "")[:20],
        address=request.headers.get("X-Typed-Address", "")[:254],
        phone=request.headers.get("X-Typed-Phone", "")[:40],
        at=request.at,
    )
    return show(request, "backoffice/subscribers/paper_check.html", found=found)


def undo(request: AgentRequest, paper_form_id: int) -> HttpResponse:
    try:
        services.undo_form(request.town, paper_form_id, by=request.agent, at=request.at)
    except services.NoSuchForm as unknown:
        raise Http404 from unknown
    except services.TooLate:
        warn(
            request,
            gettext(
                "Les cinq minutes sont passées : le bulletin reste enregistré et le message est parti. Vous pouvez "
                "changer les thèmes ou désinscrire la personne depuis sa fiche."
            ),
        )
    else:
        say(request, gettext("Le bulletin est retiré ; son numéro est de nouveau libre."))
    return go(request, "paper-forms")


def scan(request: AgentRequest, paper_form_id: int) -> HttpResponse:
    """The journal keeps who looked."""
    try:
        body, kind = services.show_scan(
            request.town, paper_form_id, by=request.agent, at=request.at
        )
    except services.NoSuchForm as unknown:
        raise Http404 from unknown
    response = HttpResponse(body, content_type=kind)
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
    )
    response["Cache-Control"] = "no-store"
    ending = kind.rpartition("/")[2]
    response["Content-Disposition"] = f'inline; filename="bulletin-{paper_form_id}.{ending}"'
    return response


def printing(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/subscribers/paper_print.html",
        next_number=queries.next_number(request.town) or f"{request.at.year}-001",
        most=MAX_PRINTED,
    )


def pdf(request: AgentRequest) -> HttpResponse:
    """One page a form; numbered when asked (?de=2026-041&combien=20)."""
    count = request.GET.get("combien", "1")
    copies = min(int(count), MAX_PRINTED) if count.isdecimal() and len(count) < 4 else 1
    try:
        text = theme_queries.consent_text(request.town)
    except NoSuchText as never_opened:
        raise Http404 from never_opened
    body = press.sheet(
        request.town,
        themes=theme_queries.public_themes(request.town),
        text=text,
        numbers=press.numbers(request.GET.get("de", "").strip()[:20], max(copies, 1)),
        public_url=town_url(settings.BEFFROI_URL, request.town.slug) + SUBSCRIBE,
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bulletin-{request.town.slug}.pdf"'
    return response


def _doubt(request: AgentRequest, form: PaperForm) -> str:
    """A question before saving; the same address sent again is the answer."""
    found = queries.check(
        request.town,
        number=form.cleaned_data["number"],
        address=form.cleaned_data["address"],
        phone=form.cleaned_data["phone"],
        at=request.at,
    )
    if not found.suggestion or form.cleaned_data["sure"] == form.cleaned_data["address"]:
        return ""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["sure"] = form.cleaned_data["address"]  # type: ignore[index]
    return gettext(
        "Est-ce bien écrit ainsi, ou faut-il lire {suggestion} ? Corrigez, ou enregistrez encore une fois."
    ).format(suggestion=found.suggestion)


def _save(request: AgentRequest, form: PaperForm) -> bool:
    said: dict[str, Any] = form.cleaned_data
    data = PaperFormData(
        number=said["number"],
        signed_on=said["signed_on"],
        address=said["address"],
        phone=said["phone"],
        theme_ids=said["themes"],
        name=PersonName(first_name=said["first_name"], family_name=said["family_name"]),
        scan=said["scan"],
    )
    try:
        typed = services.type_form(request.town, data, by=request.agent, at=request.at)
    except services.NumberTaken:
        form.add_error(
            "number", gettext("Un bulletin porte déjà ce numéro. Rien n’a été enregistré.")
        )
    except services.LeftSince:
        form.add_error(
            "signed_on",
            gettext(
                "Cette personne s’est désinscrite après avoir signé ce bulletin : sa dernière décision l’emporte."
            ),
        )
    except services.PhoneTaken:
        form.add_error(
            "phone",
            gettext(
                "Ce mobile est déjà celui d’un autre abonné. Relisez-le\N{NO-BREAK SPACE}; s’il est juste, laissez la case vide\N{NO-BREAK SPACE}:"
                " la personne pourra l’ajouter elle-même, par un code."
            ),
        )
    except (scans.BadScan, scans.TooBig):
        form.add_error("scan", gettext("Ce document n’est pas un PDF, JPEG ou PNG lisible."))
    else:
        _remember(request, said["signed_on"], said["themes"])
        _tell(request, said["number"], typed)
        return True
    return False


def _tell(request: AgentRequest, number: str, typed: TypedForm) -> None:
    if typed.is_new:
        sentence = gettext("Bulletin {number} enregistré : nouvel abonné.")
    elif typed.added_theme_names:
        names = ", ".join(typed.added_theme_names)
        sentence = gettext("Bulletin {number} enregistré : personne déjà connue, ajouté {names}.")
        sentence = sentence.replace("{names}", names)
    else:
        sentence = gettext("Bulletin {number} enregistré : la personne avait déjà ces thèmes.")
    say(
        request,
        sentence.format(number=number),
        undo=address(request, "paper-undo", typed.form_id),
    )


def _remember(request: AgentRequest, signed_on: date, theme_ids: list[int]) -> None:
    request.session[REMEMBERED] = {"signed_on": f"{signed_on:%d/%m/%Y}", "themes": theme_ids}


def _remembered(request: AgentRequest) -> dict[str, object]:
    kept = request.session.get(REMEMBERED, {})
    return {"number": queries.next_number(request.town), **kept}
