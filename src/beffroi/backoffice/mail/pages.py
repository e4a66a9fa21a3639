"""Courrier: the town's own addresses, boxes and domains. Each part lists its pages beside its views."""

from django.urls import URLPattern

from beffroi.backoffice.mail import (
    absences,
    addresses,
    arrivals,
    box,
    boxes,
    care,
    departures,
    devices,
    domains,
    handovers,
    naming,
    new_box,
    own,
    records,
    redirects,
    roster,
    signature,
)

PAGES: list[URLPattern] = [
    *boxes.PAGES,
    *new_box.PAGES,
    *box.PAGES,
    *roster.PAGES,
    *addresses.PAGES,
    *domains.PAGES,
    *naming.PAGES,
    *records.PAGES,
    *departures.PAGES,
    *handovers.PAGES,
    *arrivals.PAGES,
    *signature.PAGES,
    *care.PAGES,
    *devices.PAGES,
    *own.PAGES,
    *absences.PAGES,
    *redirects.PAGES,
]
