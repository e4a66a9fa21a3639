"""Postfix: three doors (from the world, from holders, from Sieve), names from the database, boxes at Dovecot's."""

import subprocess

from beffroi.servers import words
from beffroi.servers.mail.home import Home, write
from beffroi.servers.mail.rspamd import HOLDERS, SIEVE

MASTER = "/usr/lib/postfix/sbin/master"
SENT_DOMAIN = "sent.beffroi.internal"
"""Copies of what leaves as a shared box go to it; no door takes mail for it from anybody."""
MESSAGE_BYTES = 50 * 1024 * 1024
MAPS = {
    "domains": "SELECT name FROM mailserver.domains WHERE name = lower('%s')",
    "mailboxes": "SELECT mailbox FROM mailserver.mailboxes WHERE address = lower('%s')",
    "aliases": "SELECT target FROM mailserver.aliases WHERE address = lower('%s')",
    "senders": "SELECT login FROM mailserver.senders WHERE address = lower('%s')",
    "sent_copies": "SELECT copy FROM mailserver.sent_copies WHERE address = lower('%s')",
}


def render(home: Home) -> None:
    conf = home.postfix / "conf"
    for name, query in MAPS.items():
        write(conf / f"{name}.cf", _map(home, query), group="postfix")
    write(conf / "closed", f"/@{SENT_DOMAIN.replace('.', '[.]')}$/ REJECT\n")
    write(conf / "main.cf", _main(home))
    write(conf / "master.cf", _master(home))


def command(home: Home) -> list[str]:
    """The master itself: the `postfix` script would stand between it and the supervisor's signals."""
    return [MASTER, "-c", str(home.postfix / "conf"), "-s"]


def check(home: Home) -> None:
    """Makes what is missing in its queue, each with its owner, and ends what a sudden death left running."""
    if _runs(home):
        subprocess.run(
            ["/usr/sbin/postfix", "-c", str(home.postfix / "conf"), "abort"],
            capture_output=True,
            check=False,
        )
    asked = ["/usr/sbin/postfix", "-c", str(home.postfix / "conf"), "check"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise words.Refused(f"Postfix refuse sa configuration :\n{done.stderr}")


def _runs(home: Home) -> bool:
    """master(8), -t: asked first, for `postfix abort` takes three seconds to say that there is nothing to end."""
    asked = [MASTER, "-c", str(home.postfix / "conf"), "-t"]
    return subprocess.run(asked, capture_output=True, check=False).returncode != 0


def _map(home: Home, query: str) -> str:
    base = home.base
    on_socket = base.host.startswith("/")
    return f"""\
hosts = {f"unix:{base.host}" if on_socket else f"{base.host}:{base.port}"}
user = beffroi_postfix
password = {base.postfix_password}
dbname = {base.name}
query = {query}
"""


def _transports(home: Home) -> list[str]:
    ways = [f"{SENT_DOMAIN}=lmtp:unix:{home.lmtp_socket}"]
    if home.returns:
        ways.append(f"{home.returns[0]}=lmtp:inet:127.0.0.1:{home.returns[1]}")
    return ways


def _map_of(home: Home, name: str) -> str:
    return f"proxy:pgsql:{home.postfix}/conf/{name}.cf"


def _main(home: Home) -> str:
    maps = {name: _map_of(home, name) for name in MAPS}
    return f"""\
# Written by ./beffroi at each start.
compatibility_level = 3.6
myhostname = {home.host}
mydestination =
local_recipient_maps =
local_transport = error:5.1.1 no local mail
alias_maps =
alias_database =
mynetworks =
inet_interfaces = {"all" if home.public else "127.0.0.1"}
inet_protocols = {"ipv4" if home.alone else "all"}
queue_directory = {home.postfix}/queue
data_directory = {home.postfix}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {"/dev/stdout" if home.logs_to_console else ""}
biff = no
strict_rfc821_envelopes = yes
disable_vrfy_command = yes
smtpd_banner = $myhostname ESMTP
smtpd_helo_required = yes
recipient_delimiter = +
message_size_limit = {MESSAGE_BYTES}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
default_process_limit = 50

# names
proxy_read_maps = {", ".join(maps.values())}
virtual_alias_domains =
virtual_mailbox_domains = {maps["domains"]}
virtual_mailbox_maps = {maps["mailboxes"]}
virtual_alias_maps = {maps["aliases"]}
virtual_transport = lmtp:unix:{home.lmtp_socket}
relay_domains = {home.returns[0] if home.returns else ""}
transport_maps = inline:{{ {", ".join(_transports(home))} }}
smtpd_sender_login_maps = {maps["senders"]}

# outwards
relayhost = {_bracketed(home.relay)}
disable_dns_lookups = {"yes" if home.alone else "no"}
smtp_tls_security_level = {"none" if home.alone else "may"}
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_address_preference = ipv4
maximal_queue_lifetime = 3d
bounce_queue_lifetime = 1d
minimal_backoff_time = {"10s" if home.alone else "300s"}
maximal_backoff_time = {"60s" if home.alone else "4000s"}
queue_run_delay = {"10s" if home.alone else "300s"}

# sessions
smtpd_tls_cert_file = {home.certificate}
smtpd_tls_key_file = {home.private_key}
smtpd_tls_security_level = may
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {home.auth_socket}
smtpd_sasl_local_domain =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access regexp:{home.postfix}/conf/closed, permit
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_error_sleep_time = {"0" if home.alone else "1s"}
smtpd_peername_lookup = {"no" if home.alone else "yes"}
smtpd_client_connection_rate_limit = {"0" if home.alone else "60"}
smtpd_client_connection_count_limit = {"0" if home.alone else "20"}

# the filter
smtpd_milters = unix:{home.milter_socket}
milter_default_action = accept
milter_connect_timeout = 5s
milter_content_timeout = 60s
"""


def _bracketed(relay: str) -> str:
    host, _, port = relay.rpartition(":")
    return f"[{host}]:{port}" if relay else ""


def _master(home: Home) -> str:
    ports, at = home.ports, "" if home.public else "127.0.0.1:"
    holders = f"""\
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_sender_restrictions=reject_sender_login_mismatch
  -o smtpd_client_connection_rate_limit=0
  -o cleanup_service_name=outwards
  -o milter_default_action=tempfail
  -o milter_macro_daemon_name={HOLDERS}
"""
    own_services = "".join(
        f"{name:10} {kind:5} {private} - n {wake} {limit} {program}\n"
        for name, kind, private, wake, limit, program in SERVICES
    )
    return f"""\
# Written by ./beffroi at each start.
# from the world
{at}{ports.mx} inet n - n - - smtpd
  -o syslog_name=postfix/mx
  -o milter_macro_daemon_name=$myhostname
  -o smtpd_recipient_restrictions=check_recipient_access,regexp:{home.postfix}/conf/closed,reject_unlisted_recipient,check_policy_service,unix:{home.quota_socket},permit
# from holders
{at}{ports.submission} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
{holders}{at}{ports.submissions} inet n - n - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
{holders}# from Sieve: redirects and automatic answers, under hosted senders or none
127.0.0.1:{ports.inject} inet n - n - - smtpd
  -o syslog_name=postfix/sieve
  -o mynetworks=127.0.0.0/8
  -o smtpd_tls_security_level=none
  -o smtpd_client_connection_rate_limit=0
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_sender_restrictions=reject_unlisted_sender
  -o milter_default_action=tempfail
  -o milter_macro_daemon_name={SIEVE}
outwards unix n - n - 0 cleanup
  -o sender_bcc_maps={_map_of(home, "sent_copies")}
{own_services}"""


SERVICES = (
    ("pickup", "unix", "n", "60", "1", "pickup"),
    ("cleanup", "unix", "n", "-", "0", "cleanup"),
    ("qmgr", "unix", "n", "300", "1", "qmgr"),
    ("tlsmgr", "unix", "-", "1000?", "1", "tlsmgr"),
    ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "-", "0", "bounce"),
    ("defer", "unix", "-", "-", "0", "bounce"),
    ("trace", "unix", "-", "-", "0", "bounce"),
    ("verify", "unix", "-", "-", "1", "verify"),
    ("flush", "unix", "n", "1000?", "0", "flush"),
    ("proxymap", "unix", "-", "-", "-", "proxymap"),
    ("proxywrite", "unix", "-", "-", "1", "proxymap"),
    ("smtp", "unix", "-", "-", "-", "smtp"),
    ("relay", "unix", "-", "-", "-", "smtp"),
    ("showq", "unix", "n", "-", "-", "showq"),
    ("error", "unix", "-", "-", "-", "error"),
    ("retry", "unix", "-", "-", "-", "error"),
    ("discard", "unix", "-", "-", "-", "discard"),
    ("lmtp", "unix", "-", "-", "-", "lmtp"),
    ("anvil", "unix", "-", "-", "1", "anvil"),
    ("scache", "unix", "-", "-", "1", "scache"),
    ("postlog", "unix-dgram", "n", "-", "1", "postlogd"),
)
"""name, type, private, wake-up, process limit, program: Postfix's own table, chroot off everywhere."""
