"""How a mailbox is set up on each device: in words, by a file, by a code to photograph."""

import base64
import io
from dataclasses import dataclass
from urllib.parse import urlencode

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import URLPattern, reverse

from beffroi.backoffice.doors import AgentRequest, page, show
from beffroi.mailhosting.queries import boxes
from beffroi.towns.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What parts/devices.html shows of one address."""

    address: str
    host: str
    imaps_port: int
    submissions_port: int
    profile_url: str
    profile_code: str
    """An image, as a data address."""


def settings_of(address: str, *, name: str = "") -> Settings:
    imaps, submissions, _ = settings.BEFFROI_MAIL_PORTS
    asked = urlencode({"adresse": address, "nom": name})
    url = f"{settings.BEFFROI_URL}{reverse('mail-telephone')}?{asked}"
    return Settings(
        address=address,
        host=settings.BEFFROI_MAIL_HOST,
        imaps_port=imaps,
        submissions_port=submissions,
        profile_url=url,
        profile_code=_code(url),
    )


def _code(text: str) -> str:
    image = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    out = io.BytesIO()
    image.save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def on_devices(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = boxes.box(request.town, mailbox_id)
    if box is None:
        raise Http404
    found = settings_of(box.address.email, name=box.display_name)
    return show(request, "backoffice/mail/devices.html", box=box, device=found)


PAGES: list[URLPattern] = [
    page(
        "courrier/boites/<int:mailbox_id>/appareils/",
        on_devices,
        Permission.MAIL_READ,
        name="box-devices",
    ),
]
