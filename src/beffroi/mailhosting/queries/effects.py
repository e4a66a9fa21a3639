"""What a departure or a hand-over does, and when: the sentences of its preview and of its page, read from the rows themselves."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from beffroi.mailhosting.models import Departure, HandOver, NewRoster
from beffroi.mailhosting.queries import handovers
from beffroi.mailhosting.queries.departures import rosters_left


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    at: datetime
    sentence: str
    detail: str = ""


def of_departure(departure: Departure) -> list[Effect]:
    """In the order of time."""
    at = departure.leaves_at
    found = [_sign_in(departure), *_answer(departure), *_onward(departure), *_rosters(departure)]
    effects = [Effect(at=at, sentence=sentence, detail=detail) for sentence, detail in found]
    if departure.custodian is not None:
        effects.append(Effect(at=at, sentence=_care(departure)))
    if departure.archive_at is not None:
        effects.append(Effect(at=departure.archive_at, sentence=_archive(departure)))
    return effects


def _sign_in(departure: Departure) -> tuple[str, str]:
    return (
        gettext(
            "Plus personne n’ouvre la boîte %(address)s ni n’écrit en son nom\N{NO-BREAK SPACE}: mot de passe et appareils sont refusés."
        )
        % {"address": departure.mailbox.address.email},
        "",
    )


def _answer(departure: Departure) -> list[tuple[str, str]]:
    if not departure.text:
        return [(gettext("Aucune réponse automatique n’est envoyée."), "")]
    sentence = gettext(
        "Qui écrit à cette adresse reçoit la réponse automatique «\N{NO-BREAK SPACE}%(subject)s\N{NO-BREAK SPACE}», une fois par semaine au plus."
    )
    return [(sentence % {"subject": departure.subject}, departure.text)]


def _onward(departure: Departure) -> list[tuple[str, str]]:
    if departure.successor is None:
        return [(gettext("Les messages qui arrivent restent dans la boîte."), "")]
    words = {
        "name": departure.successor.display_name,
        "address": departure.successor.address.email,
    }
    if departure.keep_copy:
        sentence = gettext(
            "Les messages qui arrivent vont à %(name)s (%(address)s)\N{NO-BREAK SPACE}; une copie reste dans la boîte."
        )
    else:
        sentence = gettext(
            "Les messages qui arrivent vont à %(name)s (%(address)s)\N{NO-BREAK SPACE}; rien ne reste dans la boîte."
        )
    return [(sentence % words, "")]


def _rosters(departure: Departure) -> list[tuple[str, str]]:
    boxes = [member.shared for member in rosters_left(departure)]
    if not boxes:
        return []
    sentence = ngettext(
        "%(name)s ne voit plus la boîte partagée\N{NO-BREAK SPACE}: %(boxes)s.",
        "%(name)s ne voit plus les %(count)d boîtes partagées\N{NO-BREAK SPACE}: %(boxes)s.",
        len(boxes),
    )
    names = ", ".join(sorted(box.display_name for box in boxes))
    who = departure.mailbox.display_name
    return [(sentence % {"name": who, "count": len(boxes), "boxes": names}, "")]


def _care(departure: Departure) -> str:
    return gettext(
        "%(name)s garde la boîte\N{NO-BREAK SPACE}: en donnant une raison, il ou elle peut la lire pendant vingt-quatre heures, sans rien y changer. Chaque ouverture est inscrite au journal."
    ) % {"name": departure.custodian.display_name if departure.custodian else ""}


def _archive(departure: Departure) -> str:
    return gettext(
        "La boîte est archivée\N{NO-BREAK SPACE}: ce qui lui est écrit est refusé, son contenu est conservé. À partir de là, le départ ne s’annule plus."
    )


def of_hand_over(row: HandOver) -> list[Effect]:
    """In the order of time."""
    at = row.takes_place_at
    people = list(handovers.departures(row).filter(cancelled_at=None))
    effects = [Effect(at=at, sentence=_frozen(one)) for one in people]
    answered = next((one for one in people if one.text), None)
    if answered is not None:
        sentence = gettext(
            "Qui leur écrit reçoit la réponse automatique «\N{NO-BREAK SPACE}%(subject)s\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}; les messages restent dans leurs boîtes."
        )
        words = {"subject": answered.subject}
        effects.append(Effect(at=at, sentence=sentence % words, detail=answered.text))
    if row.custodian is not None:
        sentence = gettext(
            "%(name)s garde ces boîtes\N{NO-BREAK SPACE}: chaque ouverture demande une raison et est inscrite au journal."
        )
        effects.append(Effect(at=at, sentence=sentence % {"name": row.custodian.display_name}))
    effects += [Effect(at=at, sentence=_roster(one)) for one in handovers.rosters(row)]
    sentence = gettext(
        "L’inventaire des boîtes est dressé (messages, volume, période, dépositaire), pour le procès-verbal que les deux maires signent."
    )
    effects.append(Effect(at=at, sentence=sentence))
    sentence = gettext(
        "Les boîtes figées sont archivées\N{NO-BREAK SPACE}: ce qui leur est écrit est refusé, leur contenu est conservé. À partir de là, la passation ne s’annule plus."
    )
    return [*effects, Effect(at=row.archive_at, sentence=sentence)]


def _frozen(departure: Departure) -> str:
    left = ", ".join(sorted(one.shared.display_name for one in rosters_left(departure)))
    words = {
        "name": departure.mailbox.display_name,
        "address": departure.mailbox.address.email,
        "boxes": left,
    }
    if left:
        return (
            gettext(
                "%(name)s\N{NO-BREAK SPACE}: la boîte %(address)s est figée, et ne voit plus %(boxes)s."
            )
            % words
        )
    return gettext("%(name)s\N{NO-BREAK SPACE}: la boîte %(address)s est figée.") % words


def _roster(roster: NewRoster) -> str:
    names = ", ".join(seat.person.display_name for seat in roster.seats.all())
    words = {"name": roster.shared.display_name, "people": names}
    if not names:
        return (
            gettext(
                "%(name)s\N{NO-BREAK SPACE}: plus personne ne la voit, jusqu’à ce qu’un membre soit ajouté."
            )
            % words
        )
    return (
        gettext(
            "%(name)s\N{NO-BREAK SPACE}: la nouvelle composition est %(people)s\N{NO-BREAK SPACE}; les messages restent."
        )
        % words
    )
