from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "beffroi.config"
    label = "config"
