from django.apps import AppConfig


class CitizenApp(AppConfig):
    name = "beffroi.citizen"
    label = "citizen"
