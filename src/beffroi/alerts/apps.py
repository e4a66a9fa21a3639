from django.apps import AppConfig


class AlertsApp(AppConfig):
    name = "beffroi.alerts"
    label = "alerts"

    def ready(self) -> None:
        """The towns' keys at Météo-France follow when the keys of the house are replaced."""
        from beffroi.alerts import rotation
        from beffroi.delivery.services.rotation import ABOVE, Above

        ABOVE.append(Above(reseal=rotation.reseal, in_use=rotation.in_use))
