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
    disposals,
    domains,
    handovers,
    keeping,
    naming,
    new_box,
    old_address,
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
    *old_address.PAGES,
    *keeping.PAGES,
    *disposals.PAGES,
    *arrivals.PAGES,
    *signature.PAGES,
    *care.PAGES,
    *devices.PAGES,
    *own.PAGES,
    *absences.PAGES,
    *redirects.PAGES,
]
