"""Lighthouse's verdict on each kind of page, one run after the other: side by side they judge the machine.

The reports are kept; one JSON object on standard output.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median_low
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from beffroi.config.bench.ground import HOST, data_folder, scratch_database
from beffroi.config.bench.pages import living_town
from beffroi.servers import npm, tether

DESCRIBED = Path(__file__).with_name("lighthouse")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
MIDDLE_INDEX, MIDDLE_SLOWDOWN = 1_750, 4.0
"""Lighthouse slows any machine down four times, which makes a telephone of the middle out of a good desktop (index 1,500 to 2,000);
a weaker or busier one is to be slowed less (docs/throttling.md of Lighthouse, « Calibrating the CPU slowdown »)."""
SLOW = 500
"""benchmarkIndex of a machine that is slower than such a telephone by itself: `performance` means nothing there."""
RUN_S = 180
TRIES = 3
"""Now and then Chromium does not let itself be driven; the page has nothing to do with it."""
ROUNDS = 3
"""Of a page that does not have 100 at once: the middle one counts, as Lighthouse’s own page on variability says."""
CHROME = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--remote-debugging-port=0",
)  # fmt: skip
START_S = 30
BARE = b"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Rien</title><meta name="description" content="Une page qui ne dit rien."></head><body><main><h1>Rien</h1></main></body></html>"""


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench lighthouse`; CHROME_PATH chooses another Chromium."""
    parser = argparse.ArgumentParser(prog="beffroi bench lighthouse")
    parser.add_argument("--kinds", default="", help="home,agenda… ; sans rien, toutes")
    asked = parser.parse_args(arguments)
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if not chrome:
        sys.exit("Chromium manque : apt-get install chromium, ou CHROME_PATH.")
    try:
        tools = Path(os.environ.get("BEFFROI_TOOLS") or data_folder() / "tools")
        folder = npm.installed(DESCRIBED, tools)
    except npm.NotAvailable as lacking:
        sys.exit(
            f"Lighthouse manque ({lacking}) : il vient de npm, par les outils de développement."
        )
    kept = Path(os.environ.get("BEFFROI_MEASURES") or data_folder()) / "lighthouse"
    kept.mkdir(parents=True, exist_ok=True)
    wanted = asked.kinds.split(",") if asked.kinds else []
    with (
        scratch_database(),
        living_town() as (server, pages),
        _bare_page() as bare,
        _browser(chrome) as port,
    ):
        asked_for = [page for page in pages if not wanted or page.kind in wanted]
        addresses = {page.kind: f"http://{HOST}:{server.port}{page.path}" for page in asked_for}
        slowdown = _slowdown(folder, port, bare, kept / "bare.json")
        told = {}
        for kind, address in {"bare": bare, **addresses}.items():
            told[kind] = _judged(folder, port, address, kept / f"{kind}.json", slowdown)
            print(kind, json.dumps(told[kind]), file=sys.stderr, flush=True)
    whole = _whole(told, kept)
    print(json.dumps({"cpu_slowdown": slowdown} | whole))
    sys.exit(int(any(whole[name] < 100 for name in CATEGORIES)))


def _slowdown(folder: Path, port: int, bare: str, report: Path) -> float:
    """What this machine must be slowed to be a telephone of the middle. The browser is warm afterwards."""
    found: list[int] = []
    for _ in range(ROUNDS):
        _judge(folder, port, bare, report, MIDDLE_SLOWDOWN)
        found.append(_verdict(report)["benchmark_index"])
    fit: float = round(MIDDLE_SLOWDOWN * median_low(found) / MIDDLE_INDEX, 1)
    return max(1.0, min(MIDDLE_SLOWDOWN, fit))


def _judged(folder: Path, port: int, address: str, report: Path, slowdown: float) -> dict[str, Any]:
    """Once where that gives 100, else the middle of `ROUNDS`; its report is the one that is kept."""
    rounds: list[tuple[int, bytes]] = []
    while len(rounds) < ROUNDS and (not rounds or rounds[0][0] < 100):
        _judge(folder, port, address, report, slowdown)
        rounds.append((_verdict(report)["performance"], report.read_bytes()))
    middle = median_low(score for score, _ in rounds)
    report.write_bytes(next(body for score, body in rounds if score == middle))
    return _verdict(report) | {"rounds": [score for score, _ in rounds]}


def _judge(folder: Path, port: int, address: str, report: Path, slowdown: float) -> None:
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    options = ["--quiet", "--no-enable-error-reporting", "--output=json", f"--port={port}"]
    options += [f"--only-categories={','.join(CATEGORIES)}", f"--output-path={report}"]
    options.append(f"--throttling.cpuSlowdownMultiplier={slowdown}")
    command = [str(npm.node()), str(program), address, *options]
    for _ in range(TRIES):
        try:
            subprocess.run(command, stdout=sys.stderr, timeout=RUN_S, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
            print(address, failed, file=sys.stderr, flush=True)
        else:
            return
    sys.exit(f"Lighthouse n’a pas pu juger {address} : {TRIES} essais.")


@contextmanager
def _browser(chrome: str) -> Iterator[int]:
    """The port of one Chromium for all pages: what it does for itself when it starts is no page’s doing."""
    with TemporaryDirectory(prefix="beffroi-lighthouse-", ignore_cleanup_errors=True) as profile:
        where = Path(profile) / "DevToolsActivePort"
        command = [chrome, *CHROME, f"--user-data-dir={profile}", "about:blank"]
        running = subprocess.Popen(
            tether.command(command, stop=signal.SIGTERM),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until = time.monotonic() + START_S
            while not (where.is_file() and where.read_text()):
                if running.poll() is not None or time.monotonic() > until:
                    sys.exit(
                        "Chromium n’a pas démarré : essayez-le seul, ou un autre par CHROME_PATH."
                    )
                time.sleep(0.1)
            yield int(where.read_text().split()[0])
        finally:
            running.terminate()
            running.wait()


class _Bare(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_page = self.path == "/"
        self.send_response(200 if is_page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(BARE) if is_page else 0))
        self.end_headers()
        if is_page:
            self.wfile.write(BARE)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _bare_page() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), _Bare) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}/"
        server.shutdown()


def _verdict(report: Path) -> dict[str, Any]:
    """The four scores out of 100, how fast the machine was, and what cost points."""
    told = json.loads(report.read_text(encoding="utf-8"))
    scores = {name: round((told["categories"][name]["score"] or 0) * 100) for name in CATEGORIES}
    costly = [
        audit["id"]
        for name in CATEGORIES
        for audit in told["categories"][name]["auditRefs"]
        if audit["weight"]
        and (told["audits"][audit["id"]]["score"] or 0) < 1
        and told["audits"][audit["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
    ]
    return scores | {
        "benchmark_index": round(told["environment"]["benchmarkIndex"]),
        "costly": costly,
    }


def _whole(told: dict[str, dict[str, Any]], kept: Path) -> dict[str, Any]:
    pages = {kind: one for kind, one in told.items() if kind != "bare"}
    worst = {name: min(one[name] for one in pages.values()) for name in CATEGORIES}
    slowest = min(one["benchmark_index"] for one in told.values())
    return worst | {
        "benchmark_index": slowest,
        "performance_means_something": slowest >= SLOW,
        "reports": str(kept),
        "kinds": told,
    }


if __name__ == "__main__":
    main()
