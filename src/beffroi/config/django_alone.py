"""Django for a process that gives nobody work: the jobs, and all that they need, are not read at its start.

Half a second of a processor and 25 MiB for each, measured; what it may not do is told by `configure_task(…, allow_unknown=False)`.
"""

import os

import django


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    from django.conf import settings

    settings.PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
    django.setup()
