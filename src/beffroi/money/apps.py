from django.apps import AppConfig


class MoneyApp(AppConfig):
    name = "beffroi.money"
    label = "money"
