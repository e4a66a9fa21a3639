"""Certificates: two scripts, one that asks for what is missing and one that puts what came where it is read."""

from pathlib import Path

from beffroi.servers.launch.install.asked import Asked
from beffroi.servers.launch.install.steps import Order
from beffroi.servers.launch.install.units import MAIL
from beffroi.servers.launch.install.web import ACME, CERTIFICATES

HOOK = Path("/etc/beffroi/certificate-hook")
ASK = Path("/etc/beffroi/certificates")
SERVICE, TIMER = "beffroi-certificates.service", "beffroi-certificates.timer"
LEGO = Path("/var/lib/beffroi-lego")
READERS = "www-data"


def hook(asked: Asked) -> str:
    """Called by certbot and by lego, or by hand: certificate-hook CHAIN KEY."""
    return f"""\
#!/bin/sh
# Written by ./beffroi install. After each renewal: a copy under each name of the certificate, then a reload that cuts no session.
set -eu
umask 027
if [ -n "${{RENEWED_LINEAGE:-}}" ]; then
    chain=$RENEWED_LINEAGE/fullchain.pem key=$RENEWED_LINEAGE/privkey.pem
else
    chain=${{1:-${{LEGO_CERT_PATH:-}}}} key=${{2:-${{LEGO_CERT_KEY_PATH:-}}}}
fi
names=$(openssl x509 -in "$chain" -noout -ext subjectAltName | tr ', ' '\\n\\n' | sed -n 's/^DNS://p')
for name in $names; do
    case $name in *[!a-z0-9.-]*) continue ;; esac
    install -m 640 -g {READERS} "$key" "{CERTIFICATES}/.$name.key"
    install -m 644 "$chain" "{CERTIFICATES}/.$name.crt"
    mv "{CERTIFICATES}/.$name.key" "{CERTIFICATES}/$name.key"
    mv "{CERTIFICATES}/.$name.crt" "{CERTIFICATES}/$name.crt"
done
[ -d /run/systemd/system ] || exit 0
for unit in nginx.service {MAIL}; do
    if systemctl --quiet is-active "$unit"; then systemctl reload "$unit"; fi
done
"""


def ask(asked: Asked) -> str:
    first = " ".join(dict.fromkeys((asked.site, asked.host)))
    return f"""\
#!/bin/sh
# Written by ./beffroi install. Every day: a certificate for each name that lacks one, the site's and those of the towns' domains.
set -u
{_certbot(asked) if asked.acme == "certbot" else _lego(asked)}
failed=0
wanted() {{
    name=$1
    set -- "$@"
    options=$(printf ' -d %s' "$@")
    obtain || failed=1
}}
wanted {first}
names=$({asked.source}/beffroi manage --dir {asked.dir} certificate_names) || exit 1
while read -r line; do
    [ -z "$line" ] || wanted $line
done <<NAMES
$names
NAMES
exit $failed
"""


def _certbot(asked: Asked) -> str:
    """Debian's own timer renews what certbot has obtained."""
    return f"""\
obtain() {{
    [ -e "/etc/letsencrypt/renewal/$name.conf" ] || certbot certonly --non-interactive --agree-tos --email '{asked.email}' \\
        --webroot --webroot-path {ACME} --deploy-hook {HOOK} --cert-name "$name" $options
}}"""


def _lego(asked: Asked) -> str:
    return f"""\
obtain() {{
    if [ -e "{LEGO}/certificates/$name.crt" ]; then what="renew --days 30 --renew-hook {HOOK}"; else what="run --run-hook {HOOK}"; fi
    lego --accept-tos --email '{asked.email}' --path {LEGO} --http --http.webroot {ACME} $options $what
}}"""


def service() -> str:
    return f"""\
# Written by ./beffroi install.
[Unit]
Description=Beffroi, certificates that are missing
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={ASK}
"""


def timer() -> str:
    return """\
# Written by ./beffroi install.
[Unit]
Description=Beffroi, certificates that are missing

[Timer]
OnCalendar=daily
RandomizedDelaySec=6h
Persistent=yes

[Install]
WantedBy=timers.target
"""


def first(name: str) -> Order:
    """Signed by nobody else: so that everything starts before the authority has answered."""
    chain, key = CERTIFICATES / f"{name}.crt", CERTIFICATES / f"{name}.key"
    made = (
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-days", "3650", "-subj", f"/CN={name}"),
        *("-addext", f"subjectAltName=DNS:{name}"),
    )
    return Order(
        words=(*made, "-keyout", str(key), "-out", str(chain)), unless=("test", "-s", str(chain))
    )
