from django.apps import AppConfig


class AudienceApp(AppConfig):
    name = "beffroi.audience"
    label = "audience"

    def ready(self) -> None:
        """Names, scans and files follow when the keys of the house are replaced."""
        from beffroi.audience import rotation
        from beffroi.delivery.services.rotation import ABOVE, Above

        ABOVE.append(Above(reseal=rotation.reseal, in_use=rotation.in_use))
