"""A real Firefox, driven from Python, whose notifications come from a push service of ours and nowhere else."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from beffroi.servers import tether
from beffroi.servers.ports import free_port
from tests.browser.marionette import ELEMENT, Marionette

FIREFOX = "/usr/bin/firefox-esr"
SYSTEM = "-remote-allow-system-access"
"""Its own windows too: a notification is one of them."""
START_TIMEOUT_S, STOP_TIMEOUT_S, SCRIPT_TIMEOUT_S = 60, 30, 20
FIND_TIMEOUT_S = 5
NOWHERE = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
"""Whatever Firefox asks of the outside world goes to a proxy that is not there; this machine needs no proxy."""
PUSH = {
    "dom.push.testing.allowInsecureServerURL": True,
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": False,
    "remote.prefs.recommended": False,  # they would switch push off
}
_RUN = """const done = arguments[arguments.length - 1];
(async (...given) => {%s})(...arguments).then(
  (value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));"""


class ScriptFailed(AssertionError):
    """A script of a test raised an error in the page."""


class Firefox:
    """One profile; the browser that uses it may be closed and opened again."""

    def __init__(self, profile: Path, *, push_port: int) -> None:
        self._profile, self._port = profile, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        settings = {
            **NOWHERE,
            **PUSH,
            "dom.push.serverURL": f"ws://127.0.0.1:{push_port}/",
            "intl.accept_languages": "fr-FR, fr",
            "marionette.port": self._port,
        }
        profile.mkdir(parents=True, exist_ok=True)
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in settings.items())
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        self.open()

    def open(self) -> None:
        command = [FIREFOX, "--headless", "--marionette", "--no-remote", SYSTEM, "--profile"]
        home = {"HOME": str(self._profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
        self._process = subprocess.Popen(
            tether.command([*command, str(self._profile)], stop=signal.SIGTERM),
            env={**os.environ, **home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._driver = Marionette(self._port, timeout_s=START_TIMEOUT_S)
        self._driver.ask(
            "WebDriver:SetTimeouts",
            script=SCRIPT_TIMEOUT_S * 1_000,
            implicit=FIND_TIMEOUT_S * 1_000,
        )

    def close(self) -> None:
        """As a person closes it (a signal would not let it save who it is), and nobody listens any more."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            self._driver.ask("Marionette:Quit", flags=["eAttemptQuit"])
            self._driver.close()
            process.wait(STOP_TIMEOUT_S)
        finally:
            process.kill()

    def visit(self, url: str) -> None:
        self._driver.ask("WebDriver:Navigate", url=url)

    @property
    def url(self) -> str:
        return str(self._driver.ask("WebDriver:GetCurrentURL")["value"])

    def click(self, selector: str) -> None:
        """As a person does, which counts as their gesture; waits a little for the element to be there."""
        self._driver.ask("WebDriver:ElementClick", id=self._find(selector))

    def text(self, selector: str) -> str:
        return str(self._driver.ask("WebDriver:GetElementText", id=self._find(selector))["value"])

    def run(self, body: str, *given: object) -> Any:
        """What the asynchronous function with this body returns in the page; `given` are its `given[0]`…"""
        told = self._driver.ask(
            "WebDriver:ExecuteAsyncScript", script=_RUN % body, args=given, sandbox=None
        )["value"]
        if "error" in told:
            raise ScriptFailed(told["error"])
        return told["value"]

    def _find(self, selector: str) -> str:
        found = self._driver.ask("WebDriver:FindElement", using="css selector", value=selector)
        return str(found["value"][ELEMENT])

    def notifications(self) -> list[dict[str, Any]]:
        """What the service worker of the present page shows: title, body and data of each."""
        shown: list[dict[str, Any]] = self.run(
            """const worker = await navigator.serviceWorker.ready;
            const shown = await worker.getNotifications();
            return shown.map(({ title, body, data }) => ({ title, body, data }));"""
        )
        return shown

    def touch_notification(self, title: str) -> None:
        """As a person does, on the little window that shows it."""
        self._inside(
            """const shown = [...Services.wm.getEnumerator("alert:alert")].map((one) => one.document);
            const titled = (page) => page.getElementById("alertTitleLabel").value === arguments[0];
            shown.find(titled).getElementById("alertBox").click();""",
            title,
        )

    def tabs(self) -> list[str]:
        """Where each of them is."""
        found: list[str] = self._inside(
            """const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
            return [...gBrowser.tabs].map((tab) => tab.linkedBrowser.currentURI.spec);"""
        )
        return found

    def _inside(self, script: str, *given: object) -> Any:
        """What the script returns in Firefox itself."""
        self._driver.ask("Marionette:SetContext", value="chrome")
        try:
            return self._driver.ask("WebDriver:ExecuteScript", script=script, args=given)["value"]
        finally:
            self._driver.ask("Marionette:SetContext", value="content")
