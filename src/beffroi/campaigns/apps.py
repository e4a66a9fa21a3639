from django.apps import AppConfig


class CampaignsApp(AppConfig):
    name = "beffroi.campaigns"
    label = "campaigns"
