"""Who shares a box: members added and ended several at once, at once or on a day; who had access when."""

from typing import TYPE_CHECKING

from django import forms
from django.core import signing
from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from beffroi.backoffice.doors import AgentRequest, address, go, page, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import days
from beffroi.backoffice.mail.found import shared_or_404
from beffroi.mailhosting.names import plain
from beffroi.mailhosting.queries import boxes as queries, rosters
from beffroi.mailhosting.services import rosters as services
from beffroi.mailhosting.services.facts import AlreadyMember, BadTimes, NoSuchThing, NotAPerson
from beffroi.mailhosting.words import BoxState
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox, Member
    from beffroi.towns.models import Town

_UNDO = "beffroi.mail-roster"
_UNDO_LIFE_S = 3600


class AddForm(forms.Form):
    people = forms.TypedMultipleChoiceField(
        label=_("Qui"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une personne.")},
    )
    may_send_as = forms.BooleanField(
        label=_("Écrivent aussi au nom de la boîte"),
        required=False,
        initial=True,
        help_text=_("Sans cela, elles lisent seulement."),
    )
    since = forms.DateField(label=_("À partir du"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Jusqu’au"), required=False, widget=DayInput())

    def __init__(
        self, *args: object, town: "Town", shared: "Mailbox", at: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        found = rosters.may_join(town, shared.pk, at=at)  # type: ignore[arg-type]
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (box.pk, box.display_name)
            for box in sorted(found, key=lambda box: plain(box.display_name))
        ]


class EndForm(forms.Form):
    when = forms.DateField(
        label=_("Dernier jour"),
        required=False,
        widget=DayInput(),
        help_text=_("Vide : tout de suite."),
    )


def roster(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """Adds on POST."""
    box = shared_or_404(request, mailbox_id)
    form = AddForm(
        request.POST or None, town=request.town, shared=box, at=request.at, prefix="plus"
    )
    if request.method == "POST" and form.is_valid() and _add(request, box, form):
        return go(request, "roster", box.pk)
    members = list(rosters.current(request.town, box.pk, at=request.at))
    return show(
        request,
        "backoffice/mail/roster.html",
        box=box,
        form=form,
        end_form=EndForm(prefix="fin"),
        may_write=box.state in (BoxState.ACTIVE, BoxState.SUSPENDED),
        rows=[(one, one.since > request.at, days.last_day(one.until)) for one in members],
        past=[
            (one, days.last_day(one.until))
            for one in queries.history(request.town, box.pk)
            if one.until is not None and one.until <= request.at
        ],
        count=sum(1 for one in members if one.since <= request.at),
    )


def _add(request: AgentRequest, box: "Mailbox", form: AddForm) -> bool:
    said = form.cleaned_data
    since = days.begins(said["since"])
    try:
        added = services.add_many(
            request.town,
            box.pk,
            said["people"],
            may_send_as=said["may_send_as"],
            since=since if since and since > request.at else None,
            until=days.ends(said["until"]),
            by=request.agent,
            at=request.at,
        )
    except BadTimes:
        form.add_error("until", gettext("Ce jour vient avant le début. Choisissez-en un autre."))
    except (AlreadyMember, NotAPerson, NoSuchThing):
        form.add_error("people", gettext("La composition a changé entre-temps. Cochez à nouveau."))
    else:
        say(request, _added(added, later=bool(since and since > request.at)))
        return True
    return False


def _added(added: "list[Member]", *, later: bool) -> str:
    names = ", ".join(one.person.display_name for one in added)
    if later:
        return gettext("C’est noté pour %(names)s.") % {"names": names}
    said = ngettext(
        "%(names)s voit la boîte dès maintenant, dans tous ses logiciels.",
        "%(names)s voient la boîte dès maintenant, dans tous leurs logiciels.",
        len(added),
    )
    return said % {"names": names}


def end(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """The members ticked leave, at once or after a last day."""
    box = shared_or_404(request, mailbox_id)
    form = EndForm(request.POST, prefix="fin")
    here = {one.pk: one for one in rosters.current(request.town, box.pk, at=request.at)}
    asked = [int(n) for n in request.POST.getlist("membre") if n.isdecimal()]
    leaving = [here[number] for number in asked if number in here]
    if not leaving or not form.is_valid():
        warn(request, gettext("Cochez qui s’en va, et un jour valable. Rien n’a été modifié."))
        return go(request, "roster", box.pk)
    when = days.ends(form.cleaned_data["when"])
    try:
        services.end_many(
            request.town, [one.pk for one in leaving], by=request.agent, at=request.at, when=when
        )
    except BadTimes:
        warn(request, gettext("Ce jour est passé. Rien n’a été modifié."))
    except NoSuchThing:
        warn(request, gettext("La composition a changé entre-temps. Rien n’a été modifié."))
    else:
        _say_end(request, box, leaving, at_once=when is None)
    return go(request, "roster", box.pk)


def _say_end(
    request: AgentRequest, box: "Mailbox", leaving: "list[Member]", *, at_once: bool
) -> None:
    names = ", ".join(one.person.display_name for one in leaving)
    if not at_once:
        say(request, gettext("La fin est notée pour %(names)s.") % {"names": names})
        return
    kept = [[one.person_id, one.may_send_as] for one in leaving]
    before = signing.dumps([request.town.pk, box.pk, kept], salt=_UNDO)
    said = ngettext(
        "%(names)s ne voit plus la boîte, dans aucun logiciel.",
        "%(names)s ne voient plus la boîte, dans aucun logiciel.",
        len(leaving),
    )
    undo = f"{address(request, 'roster-restore', mailbox_id=box.pk)}?avant={before}"
    say(request, said % {"names": names}, undo=undo)


def restore(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """Undoes an end within the hour; the minutes without access stay on record."""
    box = shared_or_404(request, mailbox_id)
    try:
        town_id, shared_id, kept = signing.loads(
            request.GET.get("avant", ""), salt=_UNDO, max_age=_UNDO_LIFE_S
        )
    except signing.BadSignature:
        raise Http404 from None
    if (town_id, shared_id) != (request.town.pk, box.pk):
        raise Http404
    try:
        for may_send_as in (True, False):
            services.add_many(
                request.town,
                box.pk,
                [person_id for person_id, sends in kept if sends is may_send_as],
                may_send_as=may_send_as,
                since=None,
                until=None,
                by=request.agent,
                at=request.at,
            )
    except (AlreadyMember, NotAPerson, NoSuchThing):
        warn(request, gettext("La composition a changé entre-temps. Regardez-la ci-dessous."))
    else:
        say(request, gettext("La composition est comme avant."))
    return go(request, "roster", box.pk)


def let_send(request: AgentRequest, member_id: int) -> HttpResponse:
    member = _member_or_404(request, member_id)
    allowed = request.POST.get("oui") == "1"
    services.let_send(request.town, member.pk, may_send_as=allowed, by=request.agent, at=request.at)
    said = (
        gettext("%(name)s écrit désormais au nom de la boîte.")
        if allowed
        else gettext("%(name)s lit la boîte sans écrire en son nom.")
    )
    say(request, said % {"name": member.person.display_name})
    return go(request, "roster", member.shared_id)


def stay(request: AgentRequest, member_id: int) -> HttpResponse:
    member = _member_or_404(request, member_id)
    services.stay(request.town, member.pk, by=request.agent, at=request.at)
    said = gettext("%(name)s reste, sans date de fin.")
    say(request, said % {"name": member.person.display_name})
    return go(request, "roster", member.shared_id)


def _member_or_404(request: AgentRequest, member_id: int) -> "Member":
    member = rosters.member(request.town, member_id)
    if member is None or (member.until is not None and member.until <= request.at):
        raise Http404
    return member


WRITE = Permission.MAIL_WRITE
BOX = "courrier/boites/<int:mailbox_id>/composition/"
MEMBER = "courrier/membres/<int:member_id>/"

PAGES: list[URLPattern] = [
    page(BOX, roster, WRITE, name="roster", methods=("GET", "POST")),
    page(f"{BOX}retirer/", end, WRITE, name="roster-end", methods=("POST",)),
    page(f"{BOX}remettre/", restore, WRITE, name="roster-restore", methods=("POST",)),
    page(f"{MEMBER}ecrire/", let_send, WRITE, name="roster-send", methods=("POST",)),
    page(f"{MEMBER}rester/", stay, WRITE, name="roster-stay", methods=("POST",)),
]
