"""The town as an app on a telephone's first screen: its manifest and its icons. iPhones notify no other way."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from beffroi.citizen import doors
from beffroi.citizen.doors import public_page
from beffroi.citizen.look import PAGE_LIGHT

if TYPE_CHECKING:
    from beffroi.towns.models import Town

SIZES = (192, 512)
"""What Android asks for (web.dev, « Add a web app manifest »); iPhones take either."""
MARGIN = 0.2
"""Telephones cut circles out of icons: the safe zone of a maskable one is its inner 80 % (W3C, Web App Manifest)."""
SHORT_NAME = 12
NAME = "Beffroi"
"""Of the app that all towns share."""


@public_page(seconds=3600)
def manifest(request: HttpRequest, town: Town) -> HttpResponse:
    home = doors.address(town, "home")
    return JsonResponse(
        {
            "id": home,
            "name": town.name,
            "short_name": town.name[:SHORT_NAME],
            "lang": "fr",
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "theme_color": town.primary_colour,
            "background_color": PAGE_LIGHT,
            "icons": [
                {
                    "src": doors.address(town, "app_icon", size=size),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in SIZES
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(public=True, max_age=3600)
def shared(request: HttpRequest) -> HttpResponse:
    """The app of all towns, or that of the one town whose name the visitor typed."""
    only = doors.alone(request)
    if only is not None:
        return manifest(request, town_slug=only.slug)
    icons = [
        {
            "src": f"/icone-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in SIZES
    ]
    told = {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "lang": "fr",
        "start_url": "/ensemble/",
        "scope": "/",
    }
    told |= {"display": "standalone", "theme_color": doors.HOUSE_COLOURS[0]}
    told |= {"background_color": PAGE_LIGHT}
    return JsonResponse(told | {"icons": icons}, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=3600)
def shared_icon(request: HttpRequest, size: int) -> HttpResponse:
    if size not in SIZES:
        raise Http404
    return HttpResponse(
        _icon(b"", NAME[:1], doors.HOUSE_COLOURS[0], size), content_type="image/png"
    )


@public_page(seconds=3600)
def icon(request: HttpRequest, town: Town, size: int) -> HttpResponse:
    if size not in SIZES:
        raise Http404
    arms = bytes(town.coat_of_arms) if town.coat_of_arms else b""
    body = _icon(arms, town.name[:1], town.primary_colour, size)
    return HttpResponse(body, content_type="image/png")


@functools.lru_cache(maxsize=256)
def _icon(arms: bytes, letter: str, colour: str, size: int) -> bytes:
    """The coat of arms on white, or the first letter on the town's colour."""
    inner = round(size * (1 - 2 * MARGIN))
    picture = Image.new("RGB", (size, size), "#ffffff" if arms else colour)
    if arms:
        with Image.open(io.BytesIO(arms)) as opened:
            shield = opened.convert("RGBA")
        shield.thumbnail((inner, inner))
        place = ((size - shield.width) // 2, (size - shield.height) // 2)
        picture.paste(shield, place, shield)
    else:
        pen = ImageDraw.Draw(picture)
        middle = (size / 2, size / 2)
        pen.text(middle, letter, fill="#ffffff", font=ImageFont.load_default(inner), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
