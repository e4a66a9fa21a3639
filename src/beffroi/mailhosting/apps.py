from django.apps import AppConfig


class MailhostingApp(AppConfig):
    name = "beffroi.mailhosting"
    label = "mailhosting"

    def ready(self) -> None:
        """The private keys that sign official mail follow when the keys of the house are replaced."""
        from beffroi.delivery.services.rotation import ABOVE, Above
        from beffroi.mailhosting import rotation

        ABOVE.append(Above(reseal=rotation.reseal, in_use=rotation.in_use))
