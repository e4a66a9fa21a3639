"""Dovecot 2.3: boxes under their id, users, shares and Sieve scripts from the database."""

import re
import subprocess

from beffroi.servers.mail.home import BOXES_USER, Home, write

PROGRAM = "/usr/sbin/dovecot"
KNOWN = "2.3."
"""2.4 reads another language: until this module speaks it, mail is off there and says why."""
SHARED_PREFIX = "Partage"
DELETED_PREFIX = "beffroi.deleted"
"""No folder of a holder can be called so: in a Maildir++ the dot is the separator."""

WHO_SIGNS_IN = "SELECT username AS user, password FROM mailserver.users WHERE username = '%Lu' AND has_password"
WHICH_DEVICE = (
    "SELECT username AS user, NULL AS password, 'Y' AS nopassword FROM mailserver.app_passwords"
    " WHERE username = '%Lu' AND digest = '%{sha256:password}'"
)
"""The password itself does not travel to the database."""
USER = (
    "SELECT '{boxes}/' || mailbox AS home, quota_rule, acl_groups FROM mailserver.users"
    " WHERE username = '%Lu'"
)
EVERYBODY = (
    "SELECT username FROM mailserver.users WHERE username NOT LIKE '%%@sent.beffroi.internal'"
)


def version() -> str:
    """« 2.3.19.1 », or nothing."""
    try:
        said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    found = re.match(r"[\d.]+", said.stdout)
    return found.group() if found else ""


def render(home: Home) -> None:
    write(home.dovecot / "dovecot.conf", _main(home), mode=0o600)
    write(home.dovecot / "sql.conf", _sql(home), mode=0o600)
    write(home.dovecot / "app.conf", _app(home), mode=0o600)
    write(home.dovecot / "shares.conf", _shares(home), group="dovecot")
    write(home.dovecot / "scripts.conf", _scripts(home), group="dovecot")


def command(home: Home) -> list[str]:
    return [PROGRAM, "-F", "-c", str(home.dovecot / "dovecot.conf")]


def _main(home: Home) -> str:
    ports, folder = home.ports, home.dovecot
    return f"""\
# Written by ./beffroi at each start.
protocols = imap lmtp sieve
base_dir = {folder}/run
state_dir = {folder}/state
listen = {"*, ::" if home.public else "127.0.0.1"}
{_log(home)}
instance_name = beffroi
default_internal_user = dovecot
default_login_user = dovenull
mail_uid = {BOXES_USER}
mail_gid = {BOXES_USER}
first_valid_uid = 8
first_valid_gid = 8
mail_home = {home.boxes}/%n
mail_location = maildir:~/mail
mail_plugins = acl quota
mail_fsync = optimized
mailbox_list_index = yes
protocol imap {{
  mail_plugins = $mail_plugins imap_acl imap_quota
  mail_max_userip_connections = 30
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
  mail_fsync = always
}}
{_deleted()}
ssl = required
ssl_cert = <{home.certificate}
ssl_key = <{home.private_key}
ssl_min_protocol = TLSv1.2
auth_mechanisms = plain login
auth_failure_delay = {"0" if home.alone else "2"} secs
auth_username_format = %Lu
disable_plaintext_auth = yes

passdb {{
  driver = sql
  args = {folder}/app.conf
  result_failure = continue
  result_internalfail = return-fail
}}
passdb {{
  driver = sql
  args = {folder}/sql.conf
}}
userdb {{
  driver = sql
  args = {folder}/sql.conf
}}
dict {{
  shares = pgsql:{folder}/shares.conf
  scripts = pgsql:{folder}/scripts.conf
}}

namespace own {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
}}
namespace shared {{
  type = shared
  separator = /
  prefix = {SHARED_PREFIX}/%%u/
  location = maildir:%%h/mail
  subscriptions = no
  list = children
}}

plugin {{
  acl = vfile
  acl_shared_dict = proxy::shares
  acl_defaults_from_inbox = yes
  quota = count:Boîte
  quota_vsizes = yes
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = "552 5.2.2 Mailbox is full"
  sieve = file:~/sieve;active=~/active.sieve
  sieve_before = dict:proxy::scripts;name=rules;bindir=~/rules
  sieve_redirect_envelope_from = recipient
  sieve_max_redirects = 20
  sieve_quota_max_scripts = 20
  sieve_quota_max_storage = 1M
}}
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
quota_full_tempfail = yes
postmaster_address = postmaster@{home.host}
hostname = {home.host}
submission_host = 127.0.0.1:{ports.inject}
doveadm_api_key = {home.doveadm_key}
{_services(home)}"""


def _deleted() -> str:
    """What was deleted, for orders only: over IMAP there is no such namespace, listed or by name."""
    return f"""\
protocol doveadm {{
  namespace deleted {{
    separator = /
    prefix = {DELETED_PREFIX}/
    location = maildir:~/deleted
    list = no
    subscriptions = no
  }}
  plugin {{
    quota_rule2 = {DELETED_PREFIX}/*:ignore
    quota_rule3 = {DELETED_PREFIX}:ignore
  }}
}}
"""


def _log(home: Home) -> str:
    """No address: sessions are told by their number, deliveries not at all."""
    return f"""\
log_path = {"/dev/stderr" if home.logs_to_console else "syslog"}
auth_verbose = no
mail_log_prefix = "%s(%{{session}}): "
login_log_format_elements = session=<%{{session}}> %m %c
deliver_log_format = %$"""


def _services(home: Home) -> str:
    ports = home.ports
    return f"""\
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 1000
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
service managesieve-login {{
  chroot =
  service_count = 0
  client_limit = 200
  inet_listener sieve {{
    port = {ports.sieve}
  }}
}}
service imap {{
  process_limit = 2000
}}
service lmtp {{
  client_limit = 1
  process_min_avail = 2
  unix_listener {home.lmtp_socket} {{
    user = postfix
    mode = 0600
  }}
  unix_listener lmtp {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {home.auth_socket} {{
    user = postfix
    mode = 0600
  }}
  unix_listener auth-userdb {{
    user = {BOXES_USER}
    mode = 0600
  }}
}}
service dict {{
  client_limit = 200
  process_limit = 4
  unix_listener dict {{
    user = {BOXES_USER}
    mode = 0600
  }}
}}
service quota-status {{
  executable = quota-status -p postfix
  client_limit = 1
  unix_listener {home.quota_socket} {{
    user = postfix
    mode = 0600
  }}
}}
service doveadm {{
  inet_listener http {{
    address = 127.0.0.1
    port = {ports.doveadm}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    user = {BOXES_USER}
    mode = 0660
  }}
}}
"""


def _connect(home: Home) -> str:
    base = home.base
    return (
        f"host={base.host} port={base.port} dbname={base.name}"
        f" user=beffroi_dovecot password={base.dovecot_password}"
    )


def _sql(home: Home) -> str:
    return "\n".join(
        (
            "driver = pgsql",
            f"connect = {_connect(home)}",
            f"password_query = {WHO_SIGNS_IN}",
            f"user_query = {USER.format(boxes=home.boxes)}",
            f"iterate_query = {EVERYBODY}\n",
        )
    )


def _app(home: Home) -> str:
    return "\n".join(
        ("driver = pgsql", f"connect = {_connect(home)}", f"password_query = {WHICH_DEVICE}\n")
    )


def _shares(home: Home) -> str:
    """Shares are the roster's; Dovecot asks for three kinds of them and there is one."""
    maps = "".join(
        f"""\
map {{
  pattern = shared/shared-boxes/{kind}
  table = mailserver.{view}
  value_field = dummy
  fields {{
{fields}  }}
}}
"""
        for kind, view, fields in (
            ("user/$to/$from", "shares", "    to_user = $to\n    from_user = $from\n"),
            ("group/$to/$from", "no_shares", "    to_user = $to\n    from_user = $from\n"),
            ("anyone/$from", "no_shares", "    from_user = $from\n"),
        )
    )
    return f"connect = {_connect(home)}\n{maps}"


def _scripts(home: Home) -> str:
    return f"""\
connect = {_connect(home)}
map {{
  pattern = priv/sieve/name/$script_name
  table = mailserver.scripts
  username_field = username
  value_field = id
  fields {{
    name = $script_name
  }}
}}
map {{
  pattern = priv/sieve/data/$id
  table = mailserver.scripts
  username_field = username
  value_field = script
  fields {{
    id = $id
  }}
}}
"""
