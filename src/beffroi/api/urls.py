"""The machines' addresses."""

from django.urls import path, re_path

from beffroi.api.health import health
from beffroi.api.mail_programs import encryption_policy, outlook, telephone, thunderbird
from beffroi.api.sms import sms_callback

urlpatterns = [
    path("sante", health, name="sante"),
    path("api/sms/<slug:provider>/<str:secret>/", sms_callback, name="sms-callback"),
    path(".well-known/autoconfig/mail/config-v1.1.xml", thunderbird, name="mail-thunderbird"),
    re_path(r"^[Aa]uto[Dd]iscover/[Aa]uto[Dd]iscover\.xml$", outlook, name="mail-outlook"),
    path("api/courrier/profil.mobileconfig", telephone, name="mail-telephone"),
    path(".well-known/mta-sts.txt", encryption_policy, name="mail-encryption"),
]
