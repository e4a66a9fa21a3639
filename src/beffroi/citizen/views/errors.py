"""What is not there, in the town's look when the address names a town."""

from django.http import Http404, HttpRequest, HttpResponse

from beffroi.citizen import doors


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404` of the whole house."""
    slug = request.path_info.strip("/").partition("/")[0]
    try:
        town = doors.enter(slug, request)
    except Http404:
        town = None
    return doors.respond(town, "not_found.html", status=404)
