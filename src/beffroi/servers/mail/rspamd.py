"""rspamd: one milter that filters what comes in and signs what leaves; the packaged rules, our local.d beside them."""

import os
import pwd
import shutil
from pathlib import Path

from beffroi.servers.layout import ELSEWHERE
from beffroi.servers.mail.home import Home, write

PROGRAM = "/usr/bin/rspamd"
USER = "_rspamd"
COMPILED = ELSEWHERE / "rspamd-patterns"
HOLDERS, SIEVE = "ORIGINATING", "SIEVE"
"""What Postfix calls its inner doors when it speaks to the filter; that to the world has the host's name."""
ASKS_THE_DNS = (
    *("rbl", "surbl", "fuzzy_check", "phishing", "mx_check", "asn"),
    *("spf", "dmarc", "arc", "whitelist", "mid"),
)
WANTS_REDIS = ("greylist", "ratelimit", "history_redis", "replies", "neural", "reputation")


def render(home: Home) -> None:
    for name, text in _files(home).items():
        write(home.rspamd / "conf" / "local.d" / name, text)
    write(home.rspamd / "conf" / "local.d" / "worker-controller.inc", _controller(home), group=USER)


def command(home: Home) -> list[str]:
    folders = {
        "LOCAL_CONFDIR": home.rspamd / "conf",
        "DBDIR": home.rspamd / "db",
        "RUNDIR": home.rspamd / "run",
        "LOGDIR": home.rspamd / "logs",
    }
    options = [f"--var={name}={folder}" for name, folder in folders.items()]
    return [PROGRAM, "-f", "-c", "/etc/rspamd/rspamd.conf", *options]


def warm(home: Home) -> None:
    """A new installation takes the patterns that another one of this machine has compiled: 12 s become 0.5 s."""
    db, owner = home.rspamd / "db", pwd.getpwnam(USER)
    if not COMPILED.is_dir() or any(_patterns(db)):
        return
    for path in _patterns(COMPILED):
        shutil.copyfile(path, db / path.name)
        os.chown(db / path.name, owner.pw_uid, owner.pw_gid)


def keep(home: Home) -> None:
    """What was compiled, for the next new installation; each file is named after what it holds."""
    COMPILED.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in _patterns(home.rspamd / "db"):
        if not (COMPILED / path.name).exists():
            draft = COMPILED / f".{path.name}.{os.getpid()}"
            shutil.copyfile(path, draft)
            draft.replace(COMPILED / path.name)


def _patterns(folder: Path) -> list[Path]:
    return [path for suffix in ("hs", "hsmc", "hsmp") for path in folder.glob(f"*.{suffix}")]


def _files(home: Home) -> dict[str, str]:
    off = WANTS_REDIS + (ASKS_THE_DNS if home.alone else ())
    files = {f"{name}.conf": "enabled = false;\n" for name in off}
    return files | {
        "options.inc": 'dns { timeout = 0.1s; retransmits = 1; nameserver = ["127.0.0.1:9"]; }\n'
        if home.alone
        else "dns { timeout = 2s; retransmits = 3; }\n",
        "logging.inc": f'type = "{"console" if home.logs_to_console else "syslog"}";\nlevel = "warning";\n',
        "worker-normal.inc": "enabled = false;\n",
        "worker-proxy.inc": f"""\
bind_socket = "{home.milter_socket} mode=0666";
milter = yes;
timeout = 60s;
count = 2;
upstream "local" {{ default = yes; self_scan = yes; }}
""",
        "settings.conf": _settings(),
        "dkim_signing.conf": f"""\
path_map = "{home.dkim}/paths.map";
selector_map = "{home.dkim}/selectors.map";
use_esld = false;
use_domain = "header";
allow_envfrom_empty = true;
allow_hdrfrom_mismatch = false;
allow_hdrfrom_mismatch_sign_networks = true;
allow_username_mismatch = true;
sign_authenticated = true;
sign_local = true;
sign_inbound = false;
check_pubkey = false;
try_fallback = false;
""",
        "actions.conf": "reject = 15;\nadd_header = 6;\ngreylist = null;\n",
        "milter_headers.conf": 'use = ["authentication-results"];\n',
        "force_actions.conf": """\
rules {
  FOREIGN_FROM {
    action = "reject";
    expression = "FROM_NEQ_ENVFROM & OF_A_HOLDER";
    message = "5.7.1 The From header is not the address that you send under";
  }
}
""",
    }


def _settings() -> str:
    """Postfix says by which door a letter came. Only what a holder sends, and automatic answers, are signed.

    What Sieve redirects keeps its author's From, which may be forged as one of ours.
    """
    return f"""\
from_the_world {{
  priority = high;
  request_header {{ "MTA-Name" = "^(?!{HOLDERS}$|{SIEVE}$)"; }}
  apply {{ symbols_disabled = ["DKIM_SIGNED"]; }}
}}
redirected {{
  priority = high;
  request_header {{ "MTA-Name" = "^{SIEVE}$"; }}
  from = "/.+@.+/";
  apply {{ symbols_disabled = ["DKIM_SIGNED"]; }}
}}
of_a_holder {{
  priority = medium;
  request_header {{ "MTA-Name" = "^{HOLDERS}$"; }}
  apply {{ symbols = ["OF_A_HOLDER"]; }}
}}
"""


def _controller(home: Home) -> str:
    return f"""\
bind_socket = "127.0.0.1:{home.ports.rspamd}";
count = 1;
password = "{home.doveadm_key}";
secure_ip = [];
"""
