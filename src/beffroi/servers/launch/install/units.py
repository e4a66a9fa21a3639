"""The units: the site as a user without any right, the mail servers as root with few."""

from beffroi.servers.launch.install.asked import Asked

USER = "beffroi"
SITE, MAIL = "beffroi.service", "beffroi-courrier.service"
OF_THE_SITE = ("run", "logs", "secrets", "static", "postgres", "journals", "exports")
"""Its folders in the data folder, which itself is root's: settings.env is not the site's to change."""
CACHE = "/var/cache/beffroi"
RIGHTS_OF_MAIL = (
    *("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID"),
    *("CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETUID", "CAP_SYS_CHROOT"),
    "CAP_SYS_RESOURCE",
)
"""To start others' programs as their users, on low ports, each with its own files."""
CLOSED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LimitNOFILE=65536"""
LIFE = """\
KillMode=mixed
TimeoutStartSec=15min
TimeoutStopSec=45
Restart=always
RestartSec=5"""


def site(asked: Asked) -> str:
    folders = [asked.dir / name for name in OF_THE_SITE]
    folders += [asked.dir / "mail" / "run" / "postgres"] if asked.mail else []
    return f"""\
# Written by ./beffroi install.
[Unit]
Description=Beffroi
Documentation=file://{asked.source}/docs/operate.md
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
User={USER}
Group={USER}
ExecStart={asked.source}/beffroi up --dir {asked.dir} --port {asked.port}
Environment=BEFFROI_MAIL={"apart" if asked.mail else "off"} PYTHONDONTWRITEBYTECODE=1
Environment=XDG_CACHE_HOME={CACHE} TLDEXTRACT_CACHE_PATH={CACHE}/suffixes
{LIFE}
CapabilityBoundingSet=
AmbientCapabilities=
ProtectProc=invisible
RestrictSUIDSGID=yes
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
CacheDirectory=beffroi
ReadWritePaths={" ".join(map(str, folders))}
{CLOSED}

[Install]
WantedBy=multi-user.target
"""


def mail(asked: Asked) -> str:
    folder = asked.dir / "mail"
    return f"""\
# Written by ./beffroi install.
[Unit]
Description=Beffroi, mail servers
Documentation=file://{asked.source}/docs/operate.md
Wants=network-online.target {SITE}
After=network-online.target {SITE}
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={asked.source}/beffroi mail --dir {asked.dir} --port {asked.port}
ExecReload=/usr/sbin/postfix -c {folder}/postfix/conf reload
ExecReload=/usr/bin/doveadm -c {folder}/dovecot/dovecot.conf reload
Environment=PYTHONDONTWRITEBYTECODE=1
{LIFE}
CapabilityBoundingSet={" ".join(RIGHTS_OF_MAIL)}
StateDirectory=beffroi
ReadWritePaths={folder} {asked.dir}/exports
{CLOSED}

[Install]
WantedBy=multi-user.target
"""
