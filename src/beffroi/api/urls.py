"""The machines' addresses."""

from django.urls import path

from beffroi.api.health import health
from beffroi.api.sms import sms_callback

urlpatterns = [
    path("sante", health, name="sante"),
    path("api/sms/<slug:provider>/<str:secret>/", sms_callback, name="sms-callback"),
]
