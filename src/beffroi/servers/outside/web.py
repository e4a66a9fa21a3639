"""The HTTP side of the outside world: pages for people, JSON for tests."""

import json
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from beffroi.kit.cap import CONTENT_TYPE
from beffroi.servers.outside import alert_pages, letters, look, pages, push_pages, text_pages
from beffroi.servers.outside.look import Looked
from beffroi.servers.outside.prefecture import Prefecture
from beffroi.servers.outside.push_store import PushStore
from beffroi.servers.outside.smsc import Smsc
from beffroi.servers.outside.store import Envelope, Store

PER_PAGE = 50
_FRAME_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline'"


LONGEST_FORM = 16_384
ATOM = "application/atom+xml"
PREFECTURE = {"prevenir": Prefecture.warn, "lever": Prefecture.calm, "pieger": Prefecture.trap}
"""What its buttons do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """What the pages show."""

    mail: Store
    smsc: Smsc
    pushes: PushStore
    prefecture: Prefecture
    exchanger: int = 0
    """The port of the town's mail exchanger; 0: it has none."""


class OutsidePages(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], arrived: Arrived) -> None:
        super().__init__(address, _Request)
        self.arrived = arrived


class _Request(BaseHTTPRequestHandler):
    server: OutsidePages
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts, asked = self._asked()
        match parts:
            case []:
                self._mail(_looked(asked))
            case ["ecrire"] if self.server.arrived.exchanger:
                self._html(letters.page(self._reply_to(asked.get("n", ""))))
            case ["sms", *rest]:
                self._conversation(rest[0]) if rest else self._texts(_looked(asked))
            case ["notifications"]:
                self._pushes(_looked(asked))
            case ["alertes", *rest]:
                self._alerts(rest)
            case ["api", *rest]:
                self._api(rest, asked)
            case ["message", n, *rest] if n.isdigit():
                self._message(int(n), rest)
            case _:
                self._html(pages.missing(), HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        parts, _ = self._asked()
        length = min(int(self.headers.get("Content-Length", "0")), LONGEST_FORM)
        form = parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
        match parts:
            case ["ecrire"] if self.server.arrived.exchanger:
                letter = letters.Letter.from_form(form)
                said = letters.send(letter, port=self.server.arrived.exchanger)
                self._html(letters.page(letter, said=said))
            case ["sms", n, "reponse"]:
                self._answer(n, form.get("texte", [""])[0][: text_pages.LONGEST_ANSWER].strip())
            case ["alertes", what] if what in PREFECTURE:
                PREFECTURE[what](self.server.arrived.prefecture)
                self._see_other("/alertes")
            case ["operateur", account, ("fermer" | "ouvrir") as what]:
                self.server.arrived.smsc.shut(account, closed=what == "fermer")
                self._see_other("/sms")
            case _:
                self._html(pages.missing(), HTTPStatus.NOT_FOUND)

    def _reply_to(self, n: str) -> letters.Letter:
        """Begun with what is answered, if there is such a message."""
        envelope = self.server.arrived.mail.envelope(int(n)) if n.isdigit() else None
        if envelope is None:
            return letters.Letter()
        subject = f"Re: {envelope.subject.removeprefix('Re: ')}"
        return letters.Letter(sender=envelope.recipient, to=envelope.sender, subject=subject)

    def _asked(self) -> tuple[list[str], dict[str, str]]:
        """The path's parts and the query."""
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        return [part for part in url.path.split("/") if part], asked

    def _mail(self, looked: Looked) -> None:
        store = self.server.arrived.mail
        found, more = store.search(looked.words, skip=_skip(looked), limit=PER_PAGE)
        self._list(
            pages.listing(
                found,
                looked,
                more=more,
                total=store.count,
                write=bool(self.server.arrived.exchanger),
            ),
            looked,
        )

    def _texts(self, looked: Looked) -> None:
        smsc = self.server.arrived.smsc
        telephones = smsc.telephones
        found, more = telephones.search(looked.words, skip=_skip(looked), limit=PER_PAGE)
        page = text_pages.listing(
            found, looked, more=more, total=telephones.count, accounts=smsc.accounts
        )
        self._list(page, looked)

    def _pushes(self, looked: Looked) -> None:
        store = self.server.arrived.pushes
        found, more = store.search(looked.words, skip=_skip(looked), limit=PER_PAGE)
        self._list(push_pages.listing(found, looked, more=more, total=store.count), looked)

    def _alerts(self, rest: list[str]) -> None:
        """The page, the feed, or a document that it leads to."""
        prefecture = self.server.arrived.prefecture
        if not rest:
            page = alert_pages.listing(prefecture.published, is_warning=prefecture.is_warning)
            self._html(page)
            return
        if rest == ["flux.atom"]:
            feed, etag = prefecture.feed()
            if self.headers.get("If-None-Match") == etag:
                self._send(b"", ATOM, HTTPStatus.NOT_MODIFIED, {"ETag": etag})
            else:
                self._send(feed, ATOM, headers={"ETag": etag})
            return
        document = prefecture.document(rest[0])
        if document is None:
            self._html(pages.missing(), HTTPStatus.NOT_FOUND)
        else:
            self._send(document, CONTENT_TYPE)

    def _list(self, page: str, looked: Looked) -> None:
        self._html(page, headers={"Refresh": str(look.REFRESH_S)} if looked.live else {})

    def _conversation(self, n: str, said: str = "") -> None:
        telephones = self.server.arrived.smsc.telephones
        text = telephones.one(int(n)) if n.isdigit() else None
        if text is None:
            self._html(text_pages.missing(), HTTPStatus.NOT_FOUND)
            return
        self._html(text_pages.conversation(text, telephones.exchanged(text), said=said))

    def _answer(self, n: str, words: str) -> None:
        """What somebody types on a telephone."""
        smsc = self.server.arrived.smsc
        text = smsc.telephones.one(int(n)) if n.isdigit() else None
        if text is None or not words:
            self._conversation(n)
            return
        heard = smsc.write(sender=text.number, to=text.other, text=words)
        if heard:
            smsc.telephones.answer(number=text.number, to=text.other, text=words, at=time.time())
        self._conversation(n, text_pages.HEARD if heard else text_pages.UNHEARD)

    def _message(self, n: int, rest: list[str]) -> None:
        store = self.server.arrived.mail
        envelope = store.envelope(n)
        if envelope is None:
            self._html(pages.missing(), HTTPStatus.NOT_FOUND)
            return
        content = store.message(envelope)
        if rest == ["html"] and content is not None:
            rich = pages.framed(pages.bodies(content)[1])
            self._html(rich, headers={"Content-Security-Policy": _FRAME_POLICY})
        elif rest == ["brut"]:
            self._send(store.raw(envelope) or b"", "text/plain; charset=utf-8")
        else:
            self._html(pages.message(envelope, content, answer=bool(self.server.arrived.exchanger)))

    def _api(self, parts: list[str], asked: dict[str, str]) -> None:
        """/api/count · /api/messages?since=&recipient=&message_id= · /api/messages/<n> · /api/sms?since=&number="""
        store = self.server.arrived.mail
        if parts == ["count"]:
            self._json({"count": store.count})
        elif parts == ["messages"]:
            found = [asdict(e) for e in store.since(_since(asked)) if _matches(e, asked)]
            self._json({"messages": found})
        elif parts == ["sms"]:
            texts = self.server.arrived.smsc.telephones.since(_since(asked))
            wanted = asked.get("number", "").strip()
            shown = [asdict(t) for t in texts if not wanted or t.number == f"+{wanted.lstrip('+')}"]
            self._json({"texts": shown})
        elif len(parts) == 2 and parts[1].isdigit():
            self._api_message(int(parts[1]))
        else:
            self._json({"error": "not found"}, HTTPStatus.NOT_FOUND)

    def _api_message(self, n: int) -> None:
        store = self.server.arrived.mail
        envelope = store.envelope(n)
        content = store.message(envelope) if envelope is not None else None
        if envelope is None or content is None:
            self._json({"error": "not found"}, HTTPStatus.NOT_FOUND)
            return
        text, rich = pages.bodies(content)
        self._json(
            {
                **asdict(envelope),
                "headers": [[name, str(value)] for name, value in content.items()],
                "text": text,
                "html": rich,
                "links": pages.links(content),
            }
        )

    def _see_other(self, path: str) -> None:
        self._send(b"", "text/plain", HTTPStatus.SEE_OTHER, {"Location": path})

    def _html(
        self,
        text: str,
        status: HTTPStatus = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._send(text.encode("utf-8"), "text/html; charset=utf-8", status, headers)

    def _json(self, answer: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(answer).encode("utf-8"), "application/json", status)

    def _send(
        self,
        body: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""


def _looked(asked: dict[str, str]) -> Looked:
    page = max(1, int(asked["page"])) if asked.get("page", "").isdigit() else 1
    return Looked(words=asked.get("q", "").strip(), page=page, live=asked.get("direct") == "1")


def _skip(looked: Looked) -> int:
    return (looked.page - 1) * PER_PAGE


def _since(asked: dict[str, str]) -> int:
    return int(asked["since"]) if asked.get("since", "").isdigit() else 0


def _matches(envelope: Envelope, asked: dict[str, str]) -> bool:
    if "recipient" in asked and envelope.recipient.lower() != asked["recipient"].lower():
        return False
    return "message_id" not in asked or envelope.message_id == asked["message_id"]
