"""Residents' pages at an alert's peak: our web server and nginx, in turn, hand out the same bytes as fast as wrk asks.

nginx serves files that were compressed beforehand, with the same headers. One JSON object on standard output.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beffroi.config.bench.ground import HOST, data_folder, scratch_database
from beffroi.servers import tether, unpacked
from beffroi.servers.ports import free_port

DEFAULT_ROUNDS, DEFAULT_SECONDS, DEFAULT_CONNECTIONS = 5, 2, 50
GOALS = {"ratio_to_nginx": 0.5, "p99_ms": 10.0, "bytes": 14_000}
START_S = 60.0
PACKAGES = ("nginx", "wrk", "libluajit-5.1-2")
BROWSER = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "fr-FR,fr;q=0.9",
}
"""What a resident's telephone says: each answer is counted as in life."""
_COUNT = re.compile(r"(\d+) requests in")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
_IN_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_SERVER_S_OWN = frozenset({"content-length", "content-type", "date", "server", "connection"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answer, as a browser gets it."""

    kind: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size_bytes(self) -> int:
        """Status line, headers and body."""
        return len(self.body) + sum(len(f"{n}: {v}\r\n".encode()) for n, v in self.headers) + 19


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu_s(self) -> float:
        """What it and its workers have used of the processors."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if self.pid in (int(stat.parent.name), int(fields[1])):
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True, slots=True)
class Drive:
    """What one run of wrk saw."""

    per_s: float
    p99_ms: float
    cpu_us: float
    """Of the server, for one answer: less shaken by a busy machine than the rate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    nginx: str
    wrk: str
    environment: dict[str, str]


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench pages`; DATABASE_URL says in which cluster the scratch database is made."""
    parser = argparse.ArgumentParser(prog="beffroi bench pages")
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--seconds", type=int, default=DEFAULT_SECONDS)
    parser.add_argument("--connections", type=int, default=DEFAULT_CONNECTIONS)
    parser.add_argument("--kinds", default="", help="home,agenda… ; sans rien, toutes")
    asked = parser.parse_args(arguments)
    try:
        tools = _tools(Path(os.environ.get("BEFFROI_TOOLS") or data_folder() / "tools"))
    except unpacked.NotAvailable:
        sys.exit("nginx et wrk manquent : apt-get install --no-install-recommends nginx-light wrk")
    with scratch_database(), living_town() as (server, pages):
        wanted = asked.kinds.split(",") if asked.kinds else [page.kind for page in pages]
        chosen = [page for page in pages if page.kind in wanted]
        with _nginx(tools, chosen) as peer:
            print(json.dumps(_measure(tools, server, peer, chosen, asked)))


@contextmanager
def living_town() -> "Iterator[tuple[Server, list[Page]]]":
    """The web server as production starts it, before a town with something to read; and a page of each kind."""
    from beffroi.config.bench import page_kinds
    from beffroi.config.demo import story
    from beffroi.towns import queries as towns

    story.tell(secrets_dir=data_folder() / "secrets", now=datetime.now(UTC))
    town, *others = (one.slug for one in towns.open_towns())
    with _web() as server:
        paths = page_kinds.addresses(
            lambda path: read(server.port, path, packed=False).body.decode(), town, *others
        )
        yield server, [read(server.port, path, kind=kind) for kind, path in paths.items()]


@contextmanager
def _web() -> "Iterator[Server]":
    port = free_port()
    environment = os.environ | {
        "BEFFROI_PORT": str(port),
        "BEFFROI_URL": f"http://{HOST}:{port}",
        "BEFFROI_DB_ROLE": "web",
        "BEFFROI_VAPID_CONTACT": "mailto:mesures@beffroi.example",
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
    }
    command = [sys.executable, "-m", "beffroi.servers.web"]
    with _running(command, environment, port) as server:
        yield server


@contextmanager
def _nginx(tools: Tools, pages: list[Page]) -> "Iterator[Server]":
    """nginx at its best: pre-compressed files, kept open, no log."""
    folder, port = data_folder() / "nginx", free_port()
    folder.mkdir(parents=True)
    for page in pages:
        (folder / f"{page.kind}.html.gz").write_bytes(page.body)
    (folder / "nginx.conf").write_text(_configuration(folder, port, pages))
    command = [tools.nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    command += ["-e", str(folder / "error.log")]
    with _running(command, tools.environment, port) as server:
        yield server


def _configuration(folder: Path, port: int, pages: list[Page]) -> str:
    places = "".join(
        f"location = /{page.kind}.html {{ root {folder}; {_same_headers(page)} }}\n"
        for page in pages
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
        {"user root;" if os.geteuid() == 0 else ""}
        daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 1024; }}
        http {{
            {temporary} access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
            open_file_cache max=1000; etag off; server_tokens off; default_type "text/html; charset=utf-8";
            gzip_static always;
            server {{ listen {HOST}:{port}; {places} }}
        }}
    """


def _same_headers(page: Page) -> str:
    told = [
        (n, v) for n, v in page.headers if n.lower() not in _SERVER_S_OWN | {"content-encoding"}
    ]
    return " ".join(f"add_header {name} {json.dumps(value)};" for name, value in told)


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> "Iterator[Server]":
    with (data_folder() / "servers.log").open("ab") as log, ExitStack() as stack:
        tied = tether.command(command, stop=signal.SIGTERM)
        process = subprocess.Popen(tied, env=environment, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        deadline = time.monotonic() + START_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} ne démarre pas : voyez {log.name}")
            time.sleep(0.1)
        yield Server(port=port, pid=process.pid)


def _answers(port: int) -> bool:
    link = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        link.request("GET", "/robots.txt")
        link.getresponse().read()
    except OSError:
        return False
    finally:
        link.close()
    return True


def read(port: int, path: str, *, kind: str = "", packed: bool = True) -> Page:
    link = http.client.HTTPConnection(HOST, port, timeout=30)
    headers = BROWSER if packed else BROWSER | {"Accept-Encoding": "identity"}
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status != 200:
        sys.exit(f"{path} : {answer.status}")
    return Page(kind=kind, path=path, headers=answer.getheaders(), body=body)


def _tools(folder: Path) -> Tools:
    """Those that are installed, or those unpacked in `folder`. Raises: NotAvailable."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    wrk = shutil.which("wrk")
    if nginx and wrk:
        return Tools(nginx=nginx, wrk=wrk, environment=dict(os.environ))
    root = folder / "web"
    unpacked.fetch(PACKAGES, root, proof="usr/bin/wrk")
    libraries = ":".join(str(path) for path in root.glob("usr/lib/*-linux-gnu"))
    return Tools(
        nginx=str(root / "usr/sbin/nginx"),
        wrk=str(root / "usr/bin/wrk"),
        environment=os.environ | {"LD_LIBRARY_PATH": libraries},
    )


def _measure(
    tools: Tools, ours: Server, theirs: Server, pages: list[Page], asked: argparse.Namespace
) -> dict[str, Any]:
    kinds = {}
    for page in pages:
        pair = ((ours, page.path), (theirs, f"/{page.kind}.html"))
        rounds = [
            [_drive(tools, server, path, asked.seconds, asked.connections) for server, path in pair]
            for _ in range(asked.rounds)
        ]
        kinds[page.kind] = _told(page, rounds)
        print(page.kind, json.dumps(kinds[page.kind]), file=sys.stderr, flush=True)
    return {
        "ratio_to_nginx": min(kind["ratio_to_nginx"] for kind in kinds.values()),
        "p99_ms": max(kind["p99_ms"] for kind in kinds.values()),
        "bytes": max(kind["bytes"] for kind in kinds.values()),
        "goals": GOALS,
        "rounds": asked.rounds,
        "connections": asked.connections,
        "cores": os.cpu_count(),
        "kinds": kinds,
    }


def _told(page: Page, rounds: list[list[Drive]]) -> dict[str, Any]:
    def median(which: int, figure: str) -> float:
        return float(statistics.median(getattr(each[which], figure) for each in rounds))

    return {
        "ratio_to_nginx": round(statistics.median(a.per_s / b.per_s for a, b in rounds), 3),
        "p99_ms": round(median(0, "p99_ms"), 2),
        "bytes": page.size_bytes,
        "per_s": round(median(0, "per_s")),
        "cpu_us": round(median(0, "cpu_us"), 1),
        "nginx_per_s": round(median(1, "per_s")),
        "nginx_p99_ms": round(median(1, "p99_ms"), 2),
        "nginx_cpu_us": round(median(1, "cpu_us"), 1),
    }


def _drive(tools: Tools, server: Server, path: str, seconds: int, connections: int) -> Drive:
    """A peak that is under way: its first second is not measured."""
    headers = [word for name, value in BROWSER.items() for word in ("-H", f"{name}: {value}")]
    address = f"http://{HOST}:{server.port}{path}"
    command = [tools.wrk, "-t1", f"-c{connections}", "--latency", *headers, address]
    _wrk(tools, command, 1)
    before = server.cpu_s()
    said = _wrk(tools, command, seconds)
    used_s = server.cpu_s() - before
    rate, late, count = _RATE.search(said), _P99.search(said), _COUNT.search(said)
    if rate is None or late is None or count is None or "Non-2xx" in said:
        sys.exit(said)
    return Drive(
        per_s=float(rate[1]),
        p99_ms=float(late[1]) * _IN_MS[late[2]],
        cpu_us=used_s * 1e6 / int(count[1]),
    )


def _wrk(tools: Tools, command: list[str], seconds: int) -> str:
    return subprocess.run(
        [*command, f"-d{seconds}s"],
        env=tools.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    main()
