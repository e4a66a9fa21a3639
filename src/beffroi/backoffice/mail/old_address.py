"""The old address: linked, copied and followed until a date; words to announce the new one, and a proposal for a Télmail."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import leaving_words as words
from beffroi.campaigns.services import proposals
from beffroi.kit import french
from beffroi.kit.contacts import NotAnAddress
from beffroi.mailhosting import dates, hosts, texts
from beffroi.mailhosting.queries import boxes, old_addresses as queries, replies
from beffroi.mailhosting.services import old_addresses as services
from beffroi.mailhosting.services.facts import OldAddressKnown, OldBoxRefused, OldBoxUnreachable
from beffroi.mailhosting.words import Fetching, Reply
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import OldAddress
    from beffroi.mailhosting.texts import Text

READ, WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE
TRANSITION = timedelta(days=183)
TONES = {
    Fetching.WAITING: "wait",
    Fetching.RUNNING: "live",
    Fetching.UP_TO_DATE: "ok",
    Fetching.REFUSED: "bad",
    Fetching.UNREACHABLE: "bad",
    Fetching.ENDED: "",
}
OTHER = "other"
IMAPS = 993


class OldAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Ancienne adresse"), help_text=_("Par exemple mairie-arcachon@orange.fr.")
    )
    provider = forms.ChoiceField(
        label=_("Hébergeur"),
        choices=[*((one.key, one.label) for one in hosts.HOSTS), (OTHER, _("Un autre"))],
    )
    host = forms.CharField(
        label=_("Serveur IMAP"),
        required=False,
        max_length=253,
        help_text=_("Pour un autre hébergeur seulement\N{NO-BREAK SPACE}: son aide l’indique."),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Gardé scellé, et effacé à la fin de la transition."),
    )
    mailbox = forms.TypedChoiceField(label=_("Copier dans la boîte"), coerce=int)
    until = forms.DateField(label=_("Continuer à relever jusqu’au"), widget=DayInput())

    def __init__(self, *args: object, request: AgentRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        found = boxes.boxes(request.town).filter(state__in=("active", "suspended"))
        self.fields["mailbox"].choices = words.named(found)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        clean: dict[str, object] = super().clean() or {}
        chosen = hosts.BY_KEY.get(str(clean.get("provider")))
        if chosen is not None and chosen.is_closed:
            self.add_error("provider", str(chosen.advice))
        if chosen is None and not clean.get("host"):
            self.add_error("host", gettext("Donnez le nom du serveur IMAP de cet hébergeur."))
        return clean

    def wanted(self) -> services.Wanted:
        clean = self.cleaned_data
        chosen = hosts.BY_KEY.get(clean["provider"])
        return services.Wanted(
            mailbox_id=clean["mailbox"],
            email=clean["email"],
            host=chosen.name if chosen else clean["host"].strip(),
            port=IMAPS,
            password=clean["password"],
            fetch_until=words.end_of(clean["until"]) - timedelta(seconds=1),
        )


def listing(request: AgentRequest) -> HttpResponse:
    rows = [
        (one, queries.progress(request.town, one.pk), TONES[Fetching(one.state)])
        for one in queries.old_addresses(request.town)
    ]
    return show(request, "backoffice/mail/old_addresses.html", rows=rows)


def link(request: AgentRequest) -> HttpResponse:
    until = timezone.localdate(request.at) + TRANSITION
    form = OldAddressForm(request.POST or None, initial={"until": until}, request=request)
    if request.method == "POST" and form.is_valid():
        row = _linked(request, form)
        if row is not None:
            say(
                request, gettext("L’ancienne adresse est reliée. La copie commence dans la minute.")
            )
            return go(request, "old-address", row.pk)
    return show(request, "backoffice/mail/old_address_form.html", form=form, hosts=hosts.HOSTS)


def _linked(request: AgentRequest, form: OldAddressForm) -> "OldAddress | None":
    try:
        return services.link(request.town, form.wanted(), by=request.agent, at=request.at)
    except NotAnAddress:
        form.add_error("email", gettext("Ce n’est pas une adresse e-mail."))
    except OldAddressKnown:
        form.add_error("email", gettext("Cette adresse est déjà reliée."))
    except OldBoxRefused:
        advice = hosts.BY_KEY.get(form.cleaned_data["provider"])
        refused = gettext(
            "L’hébergeur refuse cette adresse ou ce mot de passe. Rien n’a été gardé."
        )
        form.add_error("password", f"{refused} {advice.advice}" if advice else refused)
    except OldBoxUnreachable:
        form.add_error(
            "host",
            gettext("Ce serveur ne répond pas. Vérifiez son nom, ou recommencez dans un moment."),
        )
    except words.KNOWN as fact:
        form.add_error(None, words.sentence(fact))
    return None


def show_one(request: AgentRequest, old_address_id: int) -> HttpResponse:
    row = _found(request, old_address_id)
    return show(
        request,
        "backoffice/mail/old_address.html",
        old=row,
        tone=TONES[Fetching(row.state)],
        progress=queries.progress(request.town, row.pk),
        folders=queries.folders(request.town, row.pk),
        is_over=row.state == Fetching.ENDED,
        is_moving=row.state == Fetching.RUNNING
        or (row.state == Fetching.WAITING and row.fetched_at is None),
        answer=_answer(request, row),
        announcement=_announcement(request, row),
    )


def end(request: AgentRequest, old_address_id: int) -> HttpResponse:
    try:
        services.end(request.town, old_address_id, by=request.agent, at=request.at)
        say(
            request,
            gettext("Le relevé est arrêté et le mot de passe effacé. Ce qui a été copié reste."),
        )
    except words.KNOWN:
        warn(request, gettext("Cette adresse n’est plus relevée."))
    return go(request, "old-addresses")


def propose(request: AgentRequest, old_address_id: int) -> HttpResponse:
    """In the usual chain: the communication service picks it, the cabinet approves."""
    row = _found(request, old_address_id)
    proposals.propose(
        request.town,
        title=gettext("La mairie change d’adresse e-mail"),
        body=_announcement(request, row),
        service=None,
        wished_date=None,
        by=request.agent,
        at=request.at,
    )
    say(request, gettext("La proposition attend le service communication, dans Messages."))
    return go(request, "old-address", row.pk)


def _answer(request: AgentRequest, row: "OldAddress") -> "Text":
    blanks = {
        "[nom]": row.mailbox.display_name,
        "[date]": dates.day(row.fetch_until),
        "[successeur]": row.mailbox.display_name,
        "[adresse]": row.mailbox.address.email,
        "[commune]": request.town.name,
    }
    return texts.filled(replies.text_of(request.town, Reply.OLD_ADDRESS), blanks)


def _announcement(request: AgentRequest, row: "OldAddress") -> str:
    return gettext(
        "La mairie %(of_town)s a désormais sa propre adresse\N{NO-BREAK SPACE}: %(new)s.\n\n"
        "L’ancienne, %(old)s, est encore relevée jusqu’au %(date)s. "
        "Merci de la remplacer dans votre carnet d’adresses."
    ) % {
        "of_town": french.of(request.town.name),
        "new": row.mailbox.address.email,
        "old": row.email,
        "date": dates.day(row.fetch_until),
    }


def _found(request: AgentRequest, old_address_id: int) -> "OldAddress":
    row = queries.old_address(request.town, old_address_id)
    if row is None:
        raise Http404
    return row


_ONE, POST = "courrier/ancienne-adresse/<int:old_address_id>/", ("POST",)
PAGES: list[URLPattern] = [
    page(
        "courrier/ancienne-adresse/", listing, READ, name="old-addresses", tab=_("Ancienne adresse")
    ),
    page(
        "courrier/ancienne-adresse/relier/",
        link,
        WRITE,
        name="old-address-new",
        methods=("GET", "POST"),
    ),
    page(_ONE, show_one, READ, name="old-address"),
    page(f"{_ONE}arreter/", end, WRITE, name="old-address-end", methods=POST),
    page(f"{_ONE}proposer/", propose, WRITE, name="old-address-propose", methods=POST),
]
