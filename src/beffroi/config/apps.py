from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import trans_real

from beffroi.kit import french


class ConfigApp(AppConfig):
    name = "beffroi.config"
    label = "config"

    def ready(self) -> None:
        trans_real.translation(settings.LANGUAGE_CODE).add_fallback(french.Sources())
