from django.apps import AppConfig


class TownsApp(AppConfig):
    name = "beffroi.towns"
    label = "towns"
