from django.apps import AppConfig


class AudienceApp(AppConfig):
    name = "beffroi.audience"
    label = "audience"
