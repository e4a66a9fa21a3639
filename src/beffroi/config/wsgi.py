"""The web server's door: granian calls `application`, in each of its processes."""

import os
import sys
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
_django = get_wsgi_application()

from beffroi.citizen import counting  # noqa: E402 - once Django is set up
from beffroi.citizen.ready import ReadyPages  # noqa: E402
from beffroi.towns import editions  # noqa: E402

sys.setswitchinterval(0.0005)
"""A page that is being made holds up those that are ready for half a millisecond at a time, not five."""
application = ReadyPages(_django, counts=counting.COUNTS)
application.renew_aside()
threading.Thread(
    target=editions.listen, args=(application.forget, application.hear), name="readers", daemon=True
).start()
threading.Thread(target=counting.keep, args=(counting.COUNTS,), name="counts").start()
