"""What stands in the way of a departure or a hand-over, said; and how their days are typed and told."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import Say
from beffroi.mailhosting.services import facts
from beffroi.mailhosting.stages import Leaving

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox
    from beffroi.mailhosting.queries.effects import Effect

TONES = {
    Leaving.DRAFT: "wait",
    Leaving.PLANNED: "wait",
    Leaving.IN_FORCE: "live",
    Leaving.ARCHIVED: "",
    Leaving.CANCELLED: "",
}
SENTENCES: dict[type[Exception], Say] = {
    facts.NoSuchThing: _("Cette boîte n’est plus là. Rien n’a été changé."),
    facts.NotAPerson: _("Seule la boîte d’une personne peut partir."),
    facts.NotNow: _("Ce n’est plus possible à ce stade. Rien n’a été changé."),
    facts.AlreadyLeaving: _(
        "Un départ est déjà décidé pour cette boîte. Ouvrez-le pour le modifier ou l’annuler."
    ),
    facts.BadTimes: _(
        "Ces dates ne se suivent pas\N{NO-BREAK SPACE}: le jour ne peut être passé, et l’archivage vient après lui."
    ),
    facts.BadSuccessor: _(
        "Cette boîte ne peut pas prendre la suite\N{NO-BREAK SPACE}: elle n’est plus en service, ou ses propres messages reviennent à la personne qui part. Choisissez-en une autre."
    ),
    facts.BadCustodian: _("La garde se confie à une autre personne, dont la boîte est en service."),
    facts.NotDisposable: _(
        "Une boîte n’est plus à détruire\N{NO-BREAK SPACE}: gelée, utilisée, déjà dans une liste, ou à garder plus longtemps. Rien n’a été changé. %(what)s"
    ),
    facts.NoVisa: _(
        "Le visa a une référence, et une date entre celle du bordereau et aujourd’hui. Vérifiez-les sur le bordereau signé."
    ),
    facts.NoReason: _("Donnez la raison en quelques mots\N{NO-BREAK SPACE}: le journal la garde."),
    facts.UnknownBlank: _(
        "Le blanc %(what)s n’est pas connu\N{NO-BREAK SPACE}: prenez ceux de la liste, ou retirez les crochets."
    ),
    facts.PartOfHandOver: _(
        "Ce départ fait partie d’une passation\N{NO-BREAK SPACE}: c’est elle qui se modifie ou s’annule."
    ),
    facts.HandOverOpen: _("Une passation est déjà ouverte. Terminez-la ou annulez-la d’abord."),
    facts.NobodyGoes: _("Cochez au moins une personne dont le mandat s’achève."),
    facts.SeatOfLeaver: _(
        "Une personne dont le mandat s’achève ne peut pas siéger dans une nouvelle composition. Décochez-la d’un côté ou de l’autre."
    ),
}
KNOWN = tuple(SENTENCES)


def sentence(fact: Exception) -> str:
    """What stood in the way, and what was kept."""
    return str(SENTENCES[type(fact)]) % {"what": fact.args[0] if fact.args else ""}


def start_of(day: date) -> datetime:
    """Its first moment, on the clocks of the town hall."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def last_day(leaves_at: datetime) -> date:
    return timezone.localdate(leaves_at - timedelta(microseconds=1))


def named(boxes: Iterable["Mailbox"]) -> list[tuple[int, str]]:
    """As a form offers them."""
    return [(box.pk, f"{box.display_name} ({box.address.email})") for box in boxes]


class Day(NamedTuple):
    at: datetime
    effects: list["Effect"]


def by_day(effects: Iterable["Effect"]) -> list[Day]:
    """What happens, under the day on which it does."""
    return [Day(at, list(some)) for at, some in groupby(effects, key=lambda one: one.at)]


def optional_id(text: str) -> int | None:
    return int(text) if text else None
