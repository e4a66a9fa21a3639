"""`./beffroi install`: what puts this installation, mail included, on a server for good. Prints it; changes nothing."""

import argparse

from beffroi.servers import words
from beffroi.servers.launch import cli
from beffroi.servers.layout import MailPorts, locate
from beffroi.servers.mail.presence import FILES

UNIT = """\
[Unit]
Description=Beffroi
After=network-online.target
Wants=network-online.target

[Service]
ExecStart={program} up --dir {dir} --port {port}
KillMode=mixed
TimeoutStopSec=40
Restart=always
RestartSec=5
PrivateTmp=yes
ProtectHome=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes

[Install]
WantedBy=multi-user.target
"""
SETTINGS = """\
BEFFROI_MAIL_PUBLIC=yes
BEFFROI_MAIL_HOST={host}
BEFFROI_MAIL_CERTIFICATE=/etc/letsencrypt/live/{host}/fullchain.pem
BEFFROI_MAIL_CERTIFICATE_KEY=/etc/letsencrypt/live/{host}/privkey.pem
"""
HOOK = """\
#!/bin/sh
# The mail servers read the new certificate; no session is cut.
postfix -c {mail}/postfix/conf reload
doveadm -c {mail}/dovecot/dovecot.conf reload
"""


def install(arguments: argparse.Namespace) -> int:
    layout = locate(arguments.dir, default=cli.DEFAULT_DIR)
    port, host = arguments.port or cli.DEFAULT_PORT, arguments.host
    ports = MailPorts.of_the_internet(port)
    open_ports = (ports.mx, ports.submissions, ports.submission, ports.imaps, ports.sieve)
    words.say("Rien n’est changé : voici ce qu’il faut exécuter en root, dans cet ordre.\n")
    for title, text in (
        ("1. Les paquets", f"apt-get install --no-install-recommends certbot {' '.join(FILES)}"),
        (
            "2. Ceux de la distribution restent arrêtés (les nôtres ont leurs propres dossiers)",
            "systemctl disable --now postfix dovecot rspamd",
        ),
        (
            "3. Le nom dans le DNS, l’inverse chez l’hébergeur, les ports ouverts",
            f"{host}.  A     <adresse IPv4 de ce serveur>   (et AAAA)\n"
            f"<adresse inversée>.in-addr.arpa.  PTR  {host}.\n"
            f"ports entrants : {', '.join(map(str, sorted(open_ports)))}, et 80 pour certbot",
        ),
        (
            "4. Le certificat, et ce qui le fait relire à chaque renouvellement",
            f"certbot certonly --standalone -d {host}\n"
            "cat > /etc/letsencrypt/renewal-hooks/deploy/beffroi-mail <<'FIN'\n"
            f"{HOOK.format(mail=layout.dir / 'mail')}FIN\n"
            "chmod 755 /etc/letsencrypt/renewal-hooks/deploy/beffroi-mail",
        ),
        (
            f"5. Les réglages, dans {layout.dir}/settings.env",
            SETTINGS.format(host=host).rstrip(),
        ),
        (
            "6. Le service",
            "cat > /etc/systemd/system/beffroi.service <<'FIN'\n"
            f"{UNIT.format(program=cli.SOURCE_DIR / 'beffroi', dir=layout.dir, port=port)}FIN\n"
            "systemctl daemon-reload && systemctl enable --now beffroi",
        ),
    ):
        words.say(title)
        print(f"{text}\n", flush=True)
    words.say("Pourquoi chaque étape : docs/operate.md, « Official mail ».")
    return 0
