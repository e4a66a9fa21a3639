"""The web server's door: granian calls `application`."""

import os

from django.core.wsgi import get_wsgi_application

from beffroi.citizen.ready import ReadyPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
application = ReadyPages(get_wsgi_application())
