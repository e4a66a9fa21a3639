"""Does what the plan says, twice with the same result, and writes over nothing that the operator has changed."""

import grp
import hashlib
import json
import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.servers import words
from beffroi.servers.launch.install.steps import File, Folder, Order, Section

RECORD = Path("/etc/beffroi/installed.json")
"""What was written, and its digest: what differs from it is the operator's."""
OURS_BESIDE = ".beffroi"
SYSTEMD = Path("/run/systemd/system")


@dataclass(kw_only=True, slots=True)
class Hands:
    root: Path = Path("/")
    """Elsewhere than « / », files are laid under it; no order is given, and nothing changes hands."""
    changed: set[Path] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def carry_out(self, sections: Iterable[Section]) -> None:
        for section in sections:
            if section.steps:
                words.say(section.title)
            for step in section.steps:
                match step:
                    case Folder():
                        self._folder(step)
                    case File():
                        self._file(step)
                    case Order():
                        self._order(step)

    def written(self) -> tuple[str, ...]:
        """The paths that an installation has written here."""
        return tuple(self._record())

    def take_away(self) -> list[Path]:
        """What was written goes, but for what the operator has changed; the paths that went."""
        gone, record = [], self._record()
        for name, digest in record.items():
            path = Path(name)
            there = self._under(path)
            if not there.exists():
                continue
            if _digest(there.read_bytes()) == digest:
                there.unlink()
                self._tell(f"ôté : {path}")
            else:
                there.rename(there.with_name(there.name + OURS_BESIDE))
                self._tell(f"mis de côté, vous l’aviez modifié : {path}{OURS_BESIDE}")
            gone.append(path)
        self._under(RECORD).unlink(missing_ok=True)
        return gone

    @property
    def here(self) -> bool:
        return self.root == Path("/")

    def _under(self, path: Path) -> Path:
        return self.root / path.relative_to("/")

    def _folder(self, step: Folder) -> None:
        path = self._under(step.path)
        if path.is_symlink():
            raise words.Refused(f"{path} est un lien : je n’y touche pas.")
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True)
            self._tell(f"dossier : {step.path}")
        self._settle(path, step.owner, step.group, step.mode)

    def _file(self, step: File) -> None:
        path, wanted = self._under(step.path), step.text.encode()
        there = path.read_bytes() if path.exists() else None
        if there is None:
            self._write(step, "écrit")
        elif there == wanted or step.once:
            if there != wanted:
                words.say(f"  gardé, il est à vous : {step.path}")
            self._settle(path, "root", step.group, step.mode)
        elif _digest(there) == self._record().get(str(step.path)):
            self._write(step, "mis à jour")
        else:
            beside = step.path.with_name(step.path.name + OURS_BESIDE)
            self._under(beside).write_bytes(wanted)
            words.say(
                f"  gardé, vous l’avez modifié : {step.path} (le nôtre est à côté : {beside.name})"
            )

    def _write(self, step: File, what: str) -> None:
        path = self._under(step.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(step.text, encoding="utf-8")
        self._settle(draft, "root", step.group, step.mode)
        draft.replace(path)
        self.changed.add(step.path)
        if not step.once:
            self._remember(step)
        self._tell(f"{what} : {step.path}")

    def _settle(self, path: Path, owner: str, group: str, mode: int) -> None:
        if self.here:
            os.chown(path, pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
        path.chmod(mode)

    def _order(self, step: Order) -> None:
        if step.after and self.changed.isdisjoint(step.after):
            return
        if not self.here:
            return
        if step.words[0] == "systemctl" and not SYSTEMD.is_dir():
            self._tell(f"systemd ne tourne pas ici, reste à faire : {step}")
            return
        if step.unless and _succeeds(step.unless):
            return
        self._tell(str(step))
        if subprocess.run(step.words, check=False, stdin=subprocess.DEVNULL).returncode == 0:
            return
        if not step.may_fail:
            raise words.Refused(
                f"Cet ordre a échoué, son message est au-dessus :\n  {step}\n"
                "Réparez, puis relancez la même commande : ce qui est fait ne sera pas refait."
            )
        words.complain(step.may_fail)

    def _record(self) -> dict[str, str]:
        try:
            kept = json.loads(self._under(RECORD).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _remember(self, step: File) -> None:
        path = self._under(RECORD)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = self._record() | {str(step.path): _digest(step.text.encode())}
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        draft.replace(path)

    def _tell(self, what: str) -> None:
        self.said.append(what)
        words.say(f"  {what}")


def printed(sections: Iterable[Section]) -> str:
    """The whole plan, as a person would type it."""
    lines: list[str] = []
    for section in sections:
        if not section.steps:
            continue
        lines.append(f"\n### {section.title}")
        for step in section.steps:
            match step:
                case Folder():
                    owner = f"-o {step.owner} -g {step.group} -m {step.mode:o}"
                    lines.append(f"install -d {owner} {step.path}")
                case File():
                    once = "  # seulement s’il manque" if step.once else ""
                    lines.append(f"cat > {step.path} <<'FIN'{once}\n{step.text}FIN")
                    lines.append(
                        f"chown root:{step.group} {step.path} && chmod {step.mode:o} {step.path}"
                    )
                case Order():
                    names = ", ".join(path.name for path in step.after)
                    lines.append(f"{step}  # si {names} a changé" if names else str(step))
    return "\n".join(lines)


def _succeeds(asked: tuple[str, ...]) -> bool:
    done = subprocess.run(
        asked,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
