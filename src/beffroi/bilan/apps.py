from django.apps import AppConfig


class BilanApp(AppConfig):
    name = "beffroi.bilan"
    label = "bilan"
