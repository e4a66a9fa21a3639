from django.apps import AppConfig


class ContentApp(AppConfig):
    name = "beffroi.content"
    label = "content"

    def ready(self) -> None:
        """Files that wait follow when the keys of the house are replaced."""
        from beffroi.content import rotation
        from beffroi.delivery.services.rotation import ABOVE, Above

        ABOVE.append(Above(reseal=rotation.reseal, in_use=rotation.in_use))
