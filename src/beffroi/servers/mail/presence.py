"""Which Debian packages of the mail servers are there. Standard library only: asked before anything is installed."""

from pathlib import Path

FILES = {
    "postfix": "/usr/lib/postfix/sbin/master",
    "postfix-pgsql": "/usr/lib/postfix/postfix-pgsql.so",
    "dovecot-core": "/usr/sbin/dovecot",
    "dovecot-imapd": "/usr/lib/dovecot/imap",
    "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
    "dovecot-managesieved": "/usr/lib/dovecot/managesieve",
    "dovecot-sieve": "/usr/bin/sievec",
    "dovecot-pgsql": "/usr/lib/dovecot/modules/libdriver_pgsql.so",
    "rspamd": "/usr/bin/rspamd",
}
"""A file of each that says that it is there."""


def lacking() -> list[str]:
    """The Debian packages that are not there."""
    return [package for package, path in FILES.items() if not Path(path).exists()]
