"""An invented prefecture that warns of a forest fire: CAP documents and the Atom feed that leads to them."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from beffroi.kit import cap

SENDER = "demonstration@prefecture.example"
LIFE = timedelta(hours=24)
TRAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE alert [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&secret;</identifier></alert>
"""
"""What whoever reads feeds must refuse: it asks the reader to open a file of its own."""
AIR, FIRE, CALM, TRAPPED = "air", "feu", "fin", "piege"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    n: int
    kind: str
    at: datetime
    title: str
    raw: bytes


class Prefecture:
    """What it published is kept in files, and outlives a kill."""

    def __init__(self, folder: Path, *, base: str, clock: Callable[[], float]) -> None:
        self._folder, self._base, self._clock = folder, base, clock
        self._lock = threading.Lock()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._all = [_read(path) for path in sorted(folder.glob("*.cap"))]
        if not self._all:
            self._publish(AIR, _air())

    @property
    def published(self) -> list[Published]:
        """The newest first."""
        with self._lock:
            return self._all[::-1]

    @property
    def is_warning(self) -> bool:
        told = [one.kind for one in self.published if one.kind in (FIRE, CALM)]
        return told[:1] == [FIRE]

    def warn(self) -> None:
        """The first time an alert, then what follows it."""
        self._publish(FIRE, _fire(), follows=self.is_warning)

    def calm(self) -> None:
        if self.is_warning:
            self._publish(CALM, _calm(), follows=True)

    def trap(self) -> None:
        self._keep(TRAPPED, self._now(), TRAP)

    def document(self, name: str) -> bytes | None:
        return next((one.raw for one in self.published if f"{one.n}.cap" == name), None)

    def feed(self) -> tuple[bytes, str]:
        """With its ETag."""
        entries = "".join(map(self._entry, self.published))
        updated = self.published[0].at.isoformat()
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<id>{self._base}/alertes/flux.atom</id><title>Préfecture (démonstration)</title>"
            f"<updated>{updated}</updated>{entries}</feed>"
        ).encode()
        return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def _entry(self, one: Published) -> str:
        address = f"{self._base}/alertes/{one.n}.cap"
        return (
            f"<entry><id>{address}</id><title>{escape(one.title)}</title><updated>{one.at.isoformat()}</updated>"
            f"<link type={quoteattr(cap.CONTENT_TYPE)} href={quoteattr(address)}/></entry>"
        )

    def _publish(self, kind: str, info: cap.Info, *, follows: bool = False) -> None:
        at = self._now()
        types = {CALM: cap.MessageType.CANCEL, FIRE: cap.MessageType.UPDATE if follows else None}
        alert = cap.Alert(
            identifier=f"fr-33-{at:%Y%m%d%H%M%S}-{len(self._all) + 1}",
            sender=SENDER,
            sent=at,
            status=cap.Status.ACTUAL,
            message_type=types.get(kind) or cap.MessageType.ALERT,
            references=self._thread() if follows else (),
            infos=(_lasting(info, at),),
        )
        self._keep(kind, at, cap.write_alert(alert))

    def _thread(self) -> tuple[cap.Reference, ...]:
        """The warning that runs, from its last document back to its first."""
        found = []
        for one in self.published:
            if one.kind == CALM:
                break
            if one.kind == FIRE:
                alert = cap.read_alert(one.raw)
                found.append(
                    cap.Reference(sender=SENDER, identifier=alert.identifier, sent=alert.sent)
                )
        return tuple(found)

    def _keep(self, kind: str, at: datetime, raw: bytes) -> None:
        with self._lock:
            path = self._folder / f"{len(self._all) + 1:06}-{int(at.timestamp())}-{kind}.cap"
            path.write_bytes(raw)
            self._all.append(_read(path))

    def _now(self) -> datetime:
        """CAP counts whole seconds: what follows is a second later at least."""
        now = datetime.fromtimestamp(int(self._clock()), UTC)
        return max([now, *(one.at + timedelta(seconds=1) for one in self.published[:1])])


def _read(path: Path) -> Published:
    n, at, kind = path.stem.split("-")
    raw = path.read_bytes()
    title = "Document piégé" if kind == TRAPPED else cap.read_alert(raw).infos[0].headline
    return Published(
        n=int(n), kind=kind, at=datetime.fromtimestamp(int(at), UTC), title=title, raw=raw
    )


def _info(
    event: str, headline: str, description: str, instruction: str, severity: cap.Severity
) -> cap.Info:
    return cap.Info(
        event=event,
        urgency=cap.Urgency.EXPECTED,
        severity=severity,
        certainty=cap.Certainty.LIKELY,
        categories=(cap.Category.SAFETY,),
        sender_name="Préfecture de la Gironde (démonstration)",
        headline=headline,
        description=description,
        instruction=instruction,
        areas=(cap.Area(description="Gironde", geocodes=(cap.Pair(name="NUTS3", value="FRI12"),)),),
    )


def _lasting(info: cap.Info, at: datetime) -> cap.Info:
    return replace(info, effective=at, onset=at, expires=at + LIFE)


def _air() -> cap.Info:
    return _info(
        "Pollution de l’air",
        "Pollution de l’air\N{NO-BREAK SPACE}: information aux personnes fragiles",
        "Le seuil d’information est dépassé pour les particules sur le département.",
        "Évitez les efforts intenses dehors. Préférez la marche et le vélo pour les petits trajets.",
        cap.Severity.MODERATE,
    )


def _fire() -> cap.Info:
    return _info(
        "Feu de forêt",
        "Risque très élevé de feu de forêt\N{NO-BREAK SPACE}: accès aux massifs interdit",
        "Vent fort et sol sec\N{NO-BREAK SPACE}: un feu partirait vite. L’accès aux massifs forestiers est interdit.",
        "N’allez pas en forêt, n’allumez aucun feu. Témoin d’un départ de feu, appelez le 18 ou le 112.",
        cap.Severity.SEVERE,
    )


def _calm() -> cap.Info:
    return _info(
        "Feu de forêt",
        "Feu de forêt\N{NO-BREAK SPACE}: fin de l’interdiction d’accès aux massifs",
        "La pluie de la nuit écarte le risque.",
        "Restez prudents en forêt.",
        cap.Severity.MINOR,
    )
