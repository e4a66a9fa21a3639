"""Postfix, Dovecot and rspamd in folders of their own: rendered, started by the supervisor, never in /etc."""
