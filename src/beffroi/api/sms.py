"""/api/sms/<provider>/<secret>/: where HTTP providers bring receipts and answers. 200 means: committed."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from beffroi.delivery.services import callbacks

MAX_BODY_BYTES = 256 * 1024


@csrf_exempt  # no browser: the secret in the address is the proof
@never_cache
@require_http_methods(["GET", "POST"])
def sms_callback(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return HttpResponse(status=411)  # Django reads no body whose length it is not told
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        return HttpResponse(status=413)
    try:
        callbacks.receive(
            provider,
            secret,
            query=request.META.get("QUERY_STRING", ""),
            body=request.body,
            at=timezone.now(),
        )
    except callbacks.NoSuchDoor:
        return HttpResponse(status=404)
    except callbacks.NotAReport:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
