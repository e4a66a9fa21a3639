"""Seeing, taking away and erasing one's data (GDPR, articles 15, 17 and 20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse

from beffroi.audience import disclosure
from beffroi.audience.queries import subscribers
from beffroi.audience.services import erasure
from beffroi.citizen import doors
from beffroi.citizen.doors import respond
from beffroi.citizen.views.centre import Reader, readers_page
from beffroi.delivery.queries import people

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@readers_page("GET", "HEAD")
def download(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    """Everything the town holds about the person, as a file that a person and a program can read."""
    person, point = reader.person, reader.person.contact_point_id
    clear = disclosure.clear(town, person.points)
    data = {
        "collectivité": town.name,
        "établi le": reader.at,
        "adresse": clear[point] if point else None,
        "adresse à confirmer": person.next_masked or None,
        "mobile": clear[person.phone.id] if person.phone else None,
        "mobile à confirmer": person.next_phone.masked if person.next_phone else None,
        "notifications": clear[person.push.id] if person.push else None,
        "volontaire pour les exercices": person.wants_drills,
        "prénom": person.first_name or None,
        "nom": person.family_name or None,
        "situation": person.status.label,
        "abonné par": person.origin.label,
        "demandé le": person.created_at,
        "confirmé le": person.confirmed_at,
        "en pause jusqu’au": person.paused_until,
        "abonnements": [
            {
                "thème": line.theme_name,
                "depuis": line.since,
                "jusqu’au": line.until,
                "par": line.origin.label,
                "moyens": [channel.label for channel in line.channels],
            }
            for line in subscribers.subscriptions(town, person.id)
        ],
        "consentements": [
            {
                "acte": proof.action.label,
                "le": proof.at,
                "par": proof.origin.label,
                "thèmes": proof.theme_names,
                "moyens": [[channel.label for channel in one] for one in proof.channels],
                "version du texte": proof.text_version,
                "texte": proof.wording or None,
                "bulletin": proof.form_number or None,
                "signé le": proof.signed_on,
                "réseau (abrégé)": proof.technical_origin or None,
            }
            for proof in subscribers.proofs(town, person.id)
        ],
        "messages": [
            {"objet": line.subject, "le": line.frozen_at, "devenir": line.state.label}
            for held in person.points
            for line in people.history(town, held)
        ],
    }
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="mes-donnees-{town.slug}.json"'
    return response


@readers_page("GET", "HEAD", "POST")
def erase(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    """The one act without undo: a page says what it does before the button."""
    if request.method != "POST":
        back = doors.address(town, "centre", token=reader.token)
        return respond(town, "erase.html", here="centre", person=reader.person, back=back)
    erasure.erase(town, reader.person.id, at=reader.at)
    return respond(town, "erased.html")
