"""All that an installation writes and orders, in order."""

from pathlib import Path

from beffroi.servers.launch.install import certificates, units, web
from beffroi.servers.launch.install.asked import ANSWERS, Asked, kept
from beffroi.servers.launch.install.steps import File, Folder, Order, Section, Step
from beffroi.servers.layout import SETTINGS_FILE

UNITS = Path("/etc/systemd/system")
UNREACHED = "smtp://127.0.0.1:9"
"""Nobody listens there: letters wait, where a mail server that does not relay would refuse them for ever."""


def of(asked: Asked) -> tuple[Section, ...]:
    return (
        Section(title="Les paquets de Debian", steps=_packages(asked)),
        Section(title="L’utilisateur du site, qui n’a aucun droit", steps=_user(asked)),
        Section(title="Les dossiers", steps=_folders(asked)),
        Section(title="Les réglages, à vous ensuite", steps=_settings(asked)),
        Section(title="Les certificats : d’abord provisoires", steps=_certificates(asked)),
        Section(title="nginx, devant le site", steps=_web(asked)),
        Section(title="Les services", steps=_services(asked)),
        Section(title="Les certificats que le monde reconnaît", steps=_real_certificates(asked)),
    )


def _packages(asked: Asked) -> tuple[Step, ...]:
    wanted = [("openssl", "/usr/bin/openssl")]
    wanted += [("nginx", "/usr/sbin/nginx")] if asked.nginx else []
    wanted += [(asked.acme, f"/usr/bin/{asked.acme}")] if asked.email else []
    quietly = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq")
    install = (*quietly, "-o", "Dpkg::Use-Pty=0", "--no-install-recommends")
    return tuple(
        Order(words=(*install, package), unless=("test", "-x", program))
        for package, program in wanted
    )


def _user(asked: Asked) -> tuple[Step, ...]:
    made = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(asked.dir))
    return (
        Order(
            words=(*made, "--shell", "/usr/sbin/nologin", units.USER),
            unless=("id", "-u", units.USER),
        ),
    )


def _folders(asked: Asked) -> tuple[Step, ...]:
    user, data = units.USER, asked.dir
    steps = [Folder(path=data, mode=0o711)]
    steps += [
        Folder(path=data / name, owner=user, group=user, mode=0o700) for name in units.OF_THE_SITE
    ]
    if asked.mail:
        steps += [
            Folder(path=data / "mail", mode=0o711),
            Folder(path=data / "mail" / "run", mode=0o711),
            Folder(path=data / "mail" / "boxes", owner="mail", group="mail", mode=0o700),
            Folder(path=data / "mail" / "run" / "postgres", owner=user, group=user, mode=0o711),
        ]
    return (
        *steps,
        Folder(path=web.CERTIFICATES.parent),
        Folder(path=web.CERTIFICATES, group=certificates.READERS, mode=0o750),
        Folder(path=web.ACME),
    )


def _settings(asked: Asked) -> tuple[Step, ...]:
    return (
        File(
            path=asked.dir / SETTINGS_FILE,
            text=settings(asked),
            group=units.USER,
            mode=0o640,
            once=True,
        ),
        File(path=ANSWERS, text=kept(asked)),
    )


def settings(asked: Asked) -> str:
    relay = asked.relay or UNREACHED
    lines = [
        "# Yours. What each line means: docs/operate.md, « Settings ».",
        f"BEFFROI_URL=https://{asked.site}",
        f"BEFFROI_BEHIND_PROXY={'true' if asked.nginx else 'false'}",
        f"BEFFROI_RETURN_DOMAIN={asked.returns}",
    ]
    if not asked.relay:
        lines.append("# The relay that sends the Télmails; until you name it, they wait.")
    lines.append(f"BEFFROI_SMTP_URL={relay}")
    if asked.email:
        lines.append(f"BEFFROI_VAPID_CONTACT=mailto:{asked.email}")
    if asked.mail:
        pair = web.CERTIFICATES / asked.host
        lines += [
            f"BEFFROI_MAIL_HOST={asked.host}",
            "BEFFROI_MAIL_PUBLIC=yes",
            f"BEFFROI_MAIL_CERTIFICATE={pair}.crt",
            f"BEFFROI_MAIL_CERTIFICATE_KEY={pair}.key",
        ]
    return "\n".join(lines) + "\n"


def _certificates(asked: Asked) -> tuple[Step, ...]:
    hook = File(path=certificates.HOOK, text=certificates.hook(asked), mode=0o755)
    return (hook, *(certificates.first(name) for name in dict.fromkeys((asked.site, asked.host))))


def _web(asked: Asked) -> tuple[Step, ...]:
    if not asked.nginx:
        return ()
    changed = (web.CONF,)
    return (
        File(path=web.CONF, text=web.conf(asked)),
        Order(words=("nginx", "-t"), after=changed),
        Order(words=("systemctl", "reload-or-restart", "nginx.service"), after=changed),
    )


def _services(asked: Asked) -> tuple[Step, ...]:
    texts = {units.SITE: units.site(asked)}
    if asked.mail:
        texts[units.MAIL] = units.mail(asked)
    files = tuple(UNITS / name for name in texts)
    return (
        *(File(path=UNITS / name, text=text) for name, text in texts.items()),
        Order(words=("systemctl", "daemon-reload"), after=files),
        *(Order(words=("systemctl", "try-restart", path.name), after=(path,)) for path in files),
        *(one for name in texts for one in _kept_up(name)),
    )


def _real_certificates(asked: Asked) -> tuple[Step, ...]:
    if not asked.email:
        return ()
    files = (UNITS / certificates.SERVICE, UNITS / certificates.TIMER)
    return (
        File(path=certificates.ASK, text=certificates.ask(asked), mode=0o755),
        File(path=files[0], text=certificates.service()),
        File(path=files[1], text=certificates.timer()),
        Order(words=("systemctl", "daemon-reload"), after=files),
        *_kept_up(certificates.TIMER),
        Order(
            words=(str(certificates.ASK),),
            may_fail="L’autorité n’a pas donné tous les certificats : le DNS mène-t-il déjà ici, le port 80 est-il "
            "ouvert ? Les provisoires restent ; on redemande chaque jour, ou avec : "
            + str(certificates.ASK),
        ),
    )


def _kept_up(unit: str) -> tuple[Step, ...]:
    """Now, and after each start of the machine."""
    return tuple(
        Order(words=("systemctl", word, unit), unless=("systemctl", state, "--quiet", unit))
        for word, state in (("enable", "is-enabled"), ("start", "is-active"))
    )
