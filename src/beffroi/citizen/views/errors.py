"""What is not there, in the town's look when the address names a town."""

from django.http import HttpRequest, HttpResponse

from beffroi.citizen.doors import respond
from beffroi.towns import queries as towns


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404` of the whole house."""
    slug = request.path_info.strip("/").partition("/")[0]
    return respond(towns.town_by_slug(slug), "not_found.html", status=404)
