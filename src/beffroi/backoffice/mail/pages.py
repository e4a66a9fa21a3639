"""Courrier: the town's own addresses, boxes and domains. Each part lists its pages beside its views."""

from django.urls import URLPattern

from beffroi.backoffice.mail import (
    addresses,
    box,
    boxes,
    care,
    departures,
    domains,
    new_box,
    roster,
)

PAGES: list[URLPattern] = [
    *boxes.PAGES,
    *new_box.PAGES,
    *box.PAGES,
    *roster.PAGES,
    *addresses.PAGES,
    *domains.PAGES,
    *departures.PAGES,
    *care.PAGES,
]
