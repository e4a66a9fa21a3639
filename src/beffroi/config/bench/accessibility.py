"""What axe-core says of each kind of page that needs no secret; with `--write`, what the residents' statement then says of it.

Every link of these pages is followed until each kind was met once: a page that nobody listed is looked at too.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.urls import Resolver404, resolve
from django.utils import timezone

from beffroi.config.bench.ground import HOST, scratch_database
from beffroi.config.bench.pages import living_town

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BRIEF = {"resultTypes": ["violations"]}
"""axe describes no element that it finds right."""
ALL = BRIEF | {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS = BRIEF | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
WIDTHS = (320, 1280)
"""A telephone, or a desk at 400 %; and a desk."""
LINKS = "() => [...document.links].map(link => new URL(link.href)).filter(to => to.origin === location.origin).map(to => to.pathname)"
RUN = "rules => axe.run(rules).then(told => told.violations.map(one => `${one.id} ${one.nodes[0].target}`))"


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench accessibility`; CHROME_PATH chooses another Chromium."""
    parser = argparse.ArgumentParser(prog="beffroi bench accessibility")
    parser.add_argument(
        "--write", action="store_true", help="récrit ce qu’annonce la déclaration d’accessibilité"
    )
    asked = parser.parse_args(arguments)
    with scratch_database(), living_town() as (server, pages), _chromium() as browser:
        known = {page.kind: page.path for page in pages}
        told = _walk(browser, f"http://{HOST}:{server.port}", known)
    said = json.dumps(told, ensure_ascii=False, indent=1)
    if asked.write:
        from beffroi.citizen.checked import FILE

        FILE.write_text(f"{said}\n", encoding="utf-8")
    print(said)


@contextmanager
def _chromium() -> "Iterator[Browser]":
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("Playwright manque : il vient avec les outils de développement.")
    program = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if not program:
        sys.exit("Chromium manque : apt-get install chromium, ou CHROME_PATH.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def _walk(browser: "Browser", site: str, known: dict[str, str]) -> dict[str, Any]:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    page, waiting, version = context.new_page(), dict(known), ""
    kinds: list[str] = []
    faults: list[str] = []
    met = set(waiting)
    while waiting:
        kind, path = next(iter(waiting.items()))
        del waiting[kind]
        if not _is_page(page, site + path):
            continue
        page.goto(site + path)
        for link in page.evaluate(LINKS):
            name = _kind(link)
            if name and name not in met:
                met.add(name)
                waiting[name] = link
        kinds.append(kind)
        faults += [f"{kind} {fault}" for fault in _faults(page)]
        version = page.evaluate("axe.version")
        print(kind, len(faults), file=sys.stderr, flush=True)
    return {
        "date": timezone.localdate(datetime.now(UTC)).isoformat(),
        "tool": "axe-core",
        "version": version,
        "browser": f"Chromium {browser.version}",
        "rules": TAGS,
        "widths": WIDTHS,
        "kinds": sorted(kinds),
        "faults": faults,
    }


def _is_page(page: "Page", url: str) -> bool:
    """Not what leads elsewhere, nor a file."""
    answer = page.request.get(url, max_redirects=0)
    return answer.ok and answer.headers["content-type"].startswith("text/html")


def _faults(page: "Page") -> Iterator[str]:
    """In the light every rule, in the dark those of colours; and nothing may scroll sideways."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        yield from (f"{width} {said}" for said in page.evaluate(RUN, ALL))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"{width} scrolls-sideways"
        page.emulate_media(color_scheme="dark")
        yield from (f"{width} dark {said}" for said in page.evaluate(RUN, COLOURS))


def _kind(path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return match.url_name or "" if match.namespace == "citizen" else ""


if __name__ == "__main__":
    main()
