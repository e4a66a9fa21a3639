"""The photograph of an entry: taken from a form or from what was dropped, shown, or refused with the reason."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, address
from beffroi.content.queries import desk
from beffroi.content.services import pictures
from beffroi.kit import images

if TYPE_CHECKING:
    from beffroi.content.models import Picture

_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_HEAD = 1024


class Refused(Exception):
    """The message says in French why, and what to do."""


def take(request: AgentRequest, file: "UploadedFile[Any]") -> "Picture":
    """Raises: Refused."""
    if (file.size or 0) > images.MAX_BYTES:
        raise Refused(_too_large())
    raw = file.read()
    try:
        return pictures.add(request.town, raw, at=request.at)
    except images.BadImage as bad:
        raise Refused(_reason(raw, bad)) from bad


def entry_picture_upload(request: AgentRequest) -> JsonResponse:
    """Answers the script of the form."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"words": gettext("Aucun fichier n’est arrivé.")}, status=400)
    try:
        row = take(request, file)
    except Refused as refused:
        return JsonResponse({"words": str(refused)}, status=422)
    shown = address(request, "entry-picture", row.pk)
    return JsonResponse({"id": row.pk, "src": shown})


def entry_picture(request: AgentRequest, picture_id: int) -> HttpResponse:
    found = desk.photo_bytes(request.town, picture_id)
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _reason(raw: bytes, bad: images.BadImage) -> str:
    head = raw[:_HEAD].lower()
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC:
        return gettext(
            "Cette photo est au format HEIC des iPhone, que les navigateurs ne montrent pas. Envoyez-la vous par e-mail en "
            "« taille réelle » : elle arrivera en JPEG. Ou réglez l’iPhone sur « Le plus compatible »."
        )
    if b"<svg" in head or head.lstrip().startswith(b"<?xml"):
        return gettext(
            "Ce fichier est un dessin SVG, qui peut cacher un programme. Enregistrez-le en PNG, puis réessayez."
        )
    if head.startswith(b"%pdf"):
        return gettext(
            "Ce fichier est un PDF. Enregistrez la page en image (JPEG ou PNG), puis réessayez."
        )
    if "too" in str(bad):
        return _too_large()
    return gettext(
        "Ce fichier n’est pas une photo lisible. Choisissez un fichier JPEG, PNG, GIF ou WebP."
    )


def _too_large() -> str:
    return gettext(
        "Cette photo est trop lourde : 15 Mo et 60 millions de points au plus. Envoyez-la d’abord par e-mail en « grande » "
        "taille, ou réduisez-la, puis réessayez."
    )
