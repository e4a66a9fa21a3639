"""Courrier: the town's own addresses, boxes and domains. Each part lists its pages beside its views."""

from django.urls import URLPattern

from beffroi.backoffice.mail import boxes, care, departures, domains

PAGES: list[URLPattern] = [*boxes.PAGES, *domains.PAGES, *departures.PAGES, *care.PAGES]
