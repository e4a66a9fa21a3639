"""The HTTP side of the outside world: pages for people, JSON for tests."""

import json
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from beffroi.servers.outside import pages
from beffroi.servers.outside.store import Envelope, Store

PER_PAGE = 50
_FRAME_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline'"


class OutsidePages(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], store: Store) -> None:
        super().__init__(address, _Request)
        self.store = store


class _Request(BaseHTTPRequestHandler):
    server: OutsidePages
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = [part for part in url.path.split("/") if part]
        if not parts:
            self._list(asked)
        elif parts[0] == "api":
            self._api(parts[1:], asked)
        elif parts[0] == "message" and len(parts) > 1 and parts[1].isdigit():
            self._message(int(parts[1]), parts[2:])
        else:
            self._html(pages.missing(), HTTPStatus.NOT_FOUND)

    def _list(self, asked: dict[str, str]) -> None:
        store, words = self.server.store, asked.get("q", "").strip()
        page = max(1, int(asked["page"])) if asked.get("page", "").isdigit() else 1
        live = asked.get("direct") == "1"
        found, more = store.search(words, skip=(page - 1) * PER_PAGE, limit=PER_PAGE)
        text = pages.listing(found, words=words, page=page, more=more, total=store.count, live=live)
        refresh = {"Refresh": str(pages.REFRESH_S)} if live else {}
        self._html(text, headers=refresh)

    def _message(self, n: int, rest: list[str]) -> None:
        store = self.server.store
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
            self._html(pages.message(envelope, content))

    def _api(self, parts: list[str], asked: dict[str, str]) -> None:
        """/api/count · /api/messages?since=&recipient=&message_id= · /api/messages/<n>"""
        store = self.server.store
        if parts == ["count"]:
            self._json({"count": store.count})
        elif parts == ["messages"]:
            since = int(asked["since"]) if asked.get("since", "").isdigit() else 0
            self._json({"messages": [asdict(e) for e in store.since(since) if _matches(e, asked)]})
        elif len(parts) == 2 and parts[1].isdigit():
            self._api_message(int(parts[1]))
        else:
            self._json({"error": "not found"}, HTTPStatus.NOT_FOUND)

    def _api_message(self, n: int) -> None:
        store = self.server.store
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


def _matches(envelope: Envelope, asked: dict[str, str]) -> bool:
    if "recipient" in asked and envelope.recipient.lower() != asked["recipient"].lower():
        return False
    return "message_id" not in asked or envelope.message_id == asked["message_id"]
