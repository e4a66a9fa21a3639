from django.apps import AppConfig


class BackofficeApp(AppConfig):
    name = "beffroi.backoffice"
    label = "backoffice"
