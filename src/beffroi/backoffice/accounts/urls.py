"""Addresses under /compte/: django-allauth's views at French addresses. Nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.generic import RedirectView

from beffroi.backoffice.accounts import box_password, own, views

RESET_LINK = r"^mot-de-passe/lien/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index"), name="account"),
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("verification/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(RESET_LINK, account.password_reset_from_key, name="account_reset_password_from_key"),
    path(
        "mot-de-passe/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("securite/", own.account, name="mfa_index"),
    path("mobile/<slug:town_slug>/retirer/", own.forget_phone, name="forget-phone"),
    path("connexion/code/", mfa.authenticate, name="mfa_authenticate"),
    path("verification/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("application/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("application/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/nouveaux/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes-de-secours/fichier/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("cles/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("cles/<int:pk>/retirer/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("cles/<int:pk>/nommer/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("connexion/cle/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("verification/cle/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("acces/<slug:town_slug>/confirmation/<str:token>", views.access_link, name="access-link"),
    path(
        "boite/<slug:town_slug>/confirmation/<str:token>",
        box_password.by_letter,
        name="box-password-letter",
    ),
    path("boite/<slug:town_slug>/<str:token>/", box_password.by_hand, name="box-password"),
    path("sessions/<int:pk>/terminer/", views.end_session, name="end-session"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]
