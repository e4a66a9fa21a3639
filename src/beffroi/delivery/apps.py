from django.apps import AppConfig


class DeliveryApp(AppConfig):
    name = "beffroi.delivery"
    label = "delivery"
