from django.utils.translation import gettext_lazy as _

HOW_LONG = {"invitation": _("sept jours"), "reset": _("deux heures")}
