"""What the editor sends: images, and what was pasted from a word processor."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.messages.sentences import sentence
from beffroi.campaigns.services import facts, images
from beffroi.kit import html
from beffroi.kit.paths import image_path


def image_upload(request: AgentRequest) -> JsonResponse:
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"words": gettext("Aucun fichier n’est arrivé.")}, status=400)
    try:
        image = images.add_image(
            request.town,
            file.read(),
            alt=request.POST.get("alt", ""),
            by=request.agent,
            at=request.at,
        )
    except (facts.NotAnImage, facts.AltMissing) as fact:
        return JsonResponse({"words": sentence(fact)}, status=422)
    src = f"/{request.town.slug}{image_path(image.sha, image.extension)}"
    return JsonResponse({"src": src, "width": image.width, "height": image.height})


def paste_clean(request: AgentRequest) -> HttpResponse:
    """Clean HTML out of what Word and its like put on the clipboard."""
    return HttpResponse(
        html.clean(request.POST.get("html", "")), content_type="text/plain; charset=utf-8"
    )
