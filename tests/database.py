"""The tests' own database, as processes that a test starts are told of it."""

from urllib.parse import quote

from django.db import connection


def url() -> str:
    """HOST may be a folder: the throw-away cluster listens on a Unix socket."""
    where = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)
