"""The operator's list of towns."""

from django.http import HttpResponse

from beffroi.backoffice.doors import OperatorRequest, show


def towns(request: OperatorRequest) -> HttpResponse:
    return show(request, "operator/towns.html")
