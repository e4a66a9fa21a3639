"""What mail programs and mail hosts ask under a town's domain: settings of mailboxes, policy of encryption.

They hold nothing of any town: the same answer for every domain whose DNS leads here, so nobody learns which are hosted.
Under autoconfig.<domain>, autodiscover.<domain> and mta-sts.<domain> nothing else is answered (`answer_under_domains`).
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from beffroi.kit import domain_names
from beffroi.kit.domain_names import NotADomain
from beffroi.kit.mail_setup import autoconfig, autodiscover, profile, sts
from beffroi.kit.mail_setup.autodiscover import NotAsked
from beffroi.kit.mail_setup.profile import NoSignature
from beffroi.kit.mail_setup.servers import Servers

_LOCAL_PART = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}", re.IGNORECASE)


def servers() -> Servers:
    imaps, submissions, submission = settings.BEFFROI_MAIL_PORTS
    return Servers(
        host=settings.BEFFROI_MAIL_HOST,
        imaps_port=imaps,
        submissions_port=submissions,
        submission_port=submission,
    )


@require_safe
def thunderbird(request: HttpRequest) -> HttpResponse:
    """config-v1.1.xml; the domain is in the host's name, else in the address that the program brings."""
    host = _host(request).partition(".")
    asked = host[2] if host[0] == "autoconfig" else request.GET.get("emailaddress", "")
    domain = _domain(asked.rpartition("@")[2] or _host(request))
    if domain is None:
        return HttpResponse(status=404)
    written = autoconfig.write(domain, display_name=domain, servers=servers())
    return HttpResponse(written, content_type=autoconfig.CONTENT_TYPE)


@csrf_exempt  # no browser, no session, nothing is written
@never_cache
def outlook(request: HttpRequest) -> HttpResponse:
    """Errors are answers too, with their own number (MS-OXDSCLI, 2.2.4)."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > autodiscover.MAX_BYTES:
            raise NotAsked(600)
        body = autodiscover.write(autodiscover.read(request.body), servers=servers())
    except NotAsked as refused:
        body = autodiscover.refuse(refused.code)
    return HttpResponse(body, content_type=autodiscover.CONTENT_TYPE)


@require_safe
@never_cache
def telephone(request: HttpRequest) -> HttpResponse:
    """A profile for iPhone, iPad and Mac; it carries no password."""
    local, _, host = request.GET.get("adresse", "").rpartition("@")
    domain = _domain(host)
    if domain is None or not _LOCAL_PART.fullmatch(local):
        return HttpResponse(status=404)
    name = " ".join(request.GET.get("nom", "").split())[:80]
    organisation = gettext("Courrier de %(domain)s") % {"domain": domain}
    written = profile.write(
        f"{local}@{domain}", name=name, organisation=organisation, servers=servers()
    )
    response = HttpResponse(_signed(written), content_type=profile.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{domain}.mobileconfig"'
    return response


@require_safe
def encryption_policy(request: HttpRequest) -> HttpResponse:
    """mta-sts.txt (RFC 8461, 3.2)."""
    return HttpResponse(sts.policy((settings.BEFFROI_MAIL_HOST,)), content_type=sts.CONTENT_TYPE)


def _signed(written: bytes) -> bytes:
    """Unsigned where there is no certificate, or one that cannot sign: telephones take it, and say « non signé »."""
    chain, key = settings.BEFFROI_PROFILE_CERTIFICATE, settings.BEFFROI_PROFILE_KEY
    if not (chain and key):
        return written
    try:
        return profile.sign(written, chain_pem=chain.read_bytes(), key_pem=key.read_bytes())
    except (OSError, NoSignature):
        return written


def _domain(text: str) -> str | None:
    try:
        return domain_names.clean(text)
    except NotADomain:
        return None


def _host(request: HttpRequest) -> str:
    """As it was asked, without the port; never used to build an address."""
    return str(request.META.get("HTTP_HOST", "")).partition(":")[0].lower()


_UNDER = {
    ("autoconfig", "/mail/config-v1.1.xml"): thunderbird,
    ("autoconfig", "/.well-known/autoconfig/mail/config-v1.1.xml"): thunderbird,
    ("autodiscover", "/autodiscover/autodiscover.xml"): outlook,
    ("mta-sts", "/.well-known/mta-sts.txt"): encryption_policy,
}
_LABELS = frozenset(label for label, _ in _UNDER)


def answer_under_domains(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """In front of Django's list of hosts, which cannot hold every town's domain."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        label, _, domain = _host(request).partition(".")
        if label not in _LABELS or _domain(domain) is None or _host(request) in _own_hosts():
            return get_response(request)
        view = _UNDER.get((label, request.path.lower()))
        return HttpResponse(status=404) if view is None else view(request)

    return middleware


def _own_hosts() -> list[str]:
    return [host.lower() for host in settings.ALLOWED_HOSTS]
