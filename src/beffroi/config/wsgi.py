"""The web server's door: granian calls `application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
application = get_wsgi_application()
