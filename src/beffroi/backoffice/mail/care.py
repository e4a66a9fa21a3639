"""What a custodian keeps for those who left, read for a day and a reason; and the town's words of automatic answers."""

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.mail import leaving_words as words
from beffroi.mailhosting.queries import departures as queries, replies as texts
from beffroi.mailhosting.services import consultations, replies
from beffroi.mailhosting.stages import Leaving
from beffroi.mailhosting.texts import BLANKS, Text
from beffroi.mailhosting.words import Reply
from beffroi.towns.permissions import Permission


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi ouvrir cette boîte"),
        max_length=200,
        help_text=_(
            "Par exemple «\N{NO-BREAK SPACE}retrouver le devis de la toiture\N{NO-BREAK SPACE}». Le journal de la commune garde cette phrase."
        ),
    )


class ReplyForm(forms.Form):
    subject = forms.CharField(label=_("Objet"), max_length=150)
    text = forms.CharField(label=_("Texte"), widget=forms.Textarea(attrs={"rows": 10}))


def listing(request: AgentRequest) -> HttpResponse:
    rows = [
        (one, queries.stage(one, at=request.at))
        for one in queries.in_care_of(request.town, request.agent)
    ]
    return show(request, "backoffice/mail/care.html", rows=rows)


def consult(request: AgentRequest, departure_id: int) -> HttpResponse:
    row = queries.in_care_of(request.town, request.agent).filter(pk=departure_id).first()
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            consultations.open_box(
                request.town,
                row.pk,
                reason=form.cleaned_data["reason"],
                by=request.agent,
                at=request.at,
            )
        except words.KNOWN as fact:
            form.add_error(None, words.sentence(fact))
        else:
            say(
                request,
                gettext(
                    "La boîte est ouverte pour vingt-quatre heures\N{NO-BREAK SPACE}: elle apparaît dans votre programme de courrier, sous les boîtes partagées."
                ),
            )
            return go(request, "care-open", row.pk)
    stage = queries.stage(row, at=request.at)
    return show(
        request,
        "backoffice/mail/care_open.html",
        form=form,
        departure=row,
        may_open=stage in {Leaving.IN_FORCE, Leaving.ARCHIVED},
        at=request.at,
        consultations=queries.consultations(request.town, row.pk),
    )


def close(request: AgentRequest, consultation_id: int) -> HttpResponse:
    try:
        consultations.close(request.town, consultation_id, by=request.agent, at=request.at)
        say(request, gettext("La boîte est refermée."))
    except words.KNOWN:
        warn(request, gettext("Cette ouverture est déjà terminée."))
    return go(request, "care")


def answers(request: AgentRequest) -> HttpResponse:
    rows = [(kind, texts.text_of(request.town, kind)) for kind in Reply]
    return show(request, "backoffice/mail/replies.html", rows=rows)


def answer(request: AgentRequest) -> HttpResponse:
    asked = request.GET.get("pour", Reply.DEPARTURE.value)
    if asked not in Reply:
        raise Http404
    kind = Reply(asked)
    now = texts.text_of(request.town, kind)
    form = ReplyForm(request.POST or None, initial={"subject": now.subject, "text": now.text})
    if request.method == "POST" and form.is_valid():
        try:
            replies.write(
                request.town, kind, Text(**form.cleaned_data), by=request.agent, at=request.at
            )
        except words.KNOWN as fact:
            form.add_error("text", words.sentence(fact))
        else:
            say(request, gettext("La réponse est enregistrée."))
            return go(request, "mail-replies")
    return show(
        request, "backoffice/mail/reply_form.html", form=form, kind=kind, blanks=BLANKS.items()
    )


WRITE = Permission.MAIL_WRITE
PAGES = [
    page("courrier/garde/", listing, Permission.HOME, name="care"),
    page(
        "courrier/garde/<int:departure_id>/",
        consult,
        Permission.HOME,
        name="care-open",
        methods=("GET", "POST"),
    ),
    page(
        "courrier/garde/refermer/<int:consultation_id>/",
        close,
        Permission.HOME,
        name="care-close",
        methods=("POST",),
    ),
    page("courrier/reponses/", answers, WRITE, name="mail-replies"),
    page(
        "courrier/reponses/modifier/",
        answer,
        WRITE,
        name="mail-reply",
        methods=("GET", "POST"),
    ),
]
