from django.apps import AppConfig


class ApiApp(AppConfig):
    name = "beffroi.api"
    label = "api"
