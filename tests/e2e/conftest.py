"""A real college for journeys: prepared once, run by its own commands, driven by real Chromium."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]
PASSWORD = "Study-2026-demo"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveCollege:
    """A running college: its folder, its address, its processes, which tests may kill."""

    folder: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The settings of its processes."""
        return {
            **os.environ,
            "APP_ENV": "demo",
            "DATA_DIR": str(self.folder / "var"),
            "MEDIA_DIR": str(self.folder / "media"),
            "PORT": str(self.port),
            "DEMO_CLOCK_FILE": str(self.folder / "clock"),
            "SECRET_KEY": "e2e-secret-of-no-worth-0123456789abcdef",
            **self.extra,
        }

    def flask(self, *arguments: str) -> str:
        """Run one of the college's commands to its end; what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def start_web(self) -> None:
        """Start the web server and wait until it answers."""
        command = [
            sys.executable,
            "tools/serve.py",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "16",
            "--no-ws",
            "--log-level",
            "warning",
            "wsgi:app",
        ]
        self.web = self._spawn(command, "web.log")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                return
            if self.web.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError((self.folder / "web.log").read_text()[-3000:])

    def start_worker(self) -> None:
        """Start the worker."""
        self.worker = self._spawn([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], "worker.log")

    def _spawn(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        with (self.folder / log).open("ab") as file:
            return subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=file, stderr=file, start_new_session=True)

    def kill(self, process: subprocess.Popen[bytes] | None) -> None:
        """kill -9, the whole group."""
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def stop(self) -> None:
        """End everything."""
        self.kill(self.web)
        self.kill(self.worker)

    def move_clock(self, seconds: float) -> None:
        """Set how far the college's clock is ahead of the wall."""
        (self.folder / "clock").write_text(str(seconds))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A college with its demo, prepared by the product's own command, once for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prepared"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            LiveCollege(folder).flask("prepare")
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="module")
def live(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCollege]:
    """A running college of this module's own."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(prepared, folder, dirs_exist_ok=True, copy_function=_link_or_copy)
    college = LiveCollege(folder)
    try:
        college.start_web()
        college.start_worker()
        yield college
    finally:
        college.stop()


def _link_or_copy(source: str, target: str) -> None:
    """Media never change, so they are linked; everything else is copied."""
    if "/media/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Real Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One person at one browser; every console error and every outside request is kept and must be none."""

    context: BrowserContext
    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def sign_in(self, user_name: str) -> None:
        """Through the sign-in page."""
        self.page.goto(f"{self.base}/sign-in")
        self.page.fill("input[name=user_name]", user_name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def go(self, path: str) -> None:
        """Open a page of the college."""
        self.page.goto(f"{self.base}{path}")

    def forgive(self, pattern: str) -> None:
        """The test itself provokes faults like this one: a refusal by the server, a server that is away."""
        self.forgiven.append(pattern)

    @property
    def complaints(self) -> list[str]:
        """The faults that nobody provoked."""
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.forgiven)]

    def watch(self, message: ConsoleMessage) -> None:
        """Keep what the console complains about."""
        if message.type == "error":
            self.faults.append(message.text)

    def follow(self, request: Request) -> None:
        """Keep the address of whatever is asked of another host."""
        if not request.url.startswith((self.base, "blob:", "data:")):
            self.faults.append(request.url)


Visit = Callable[..., Visitor]


def open_visitor(
    live: LiveCollege, browser: Browser, user_name: str | None = None, *, width: int = 1440, height: int = 900, **options: Any
) -> Visitor:
    """A fresh browser profile, signed in if a user name is given, that keeps its faults."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    visitor = Visitor(context, page, live.url)
    page.on("console", visitor.watch)
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    page.on("request", visitor.follow)
    if user_name:
        visitor.sign_in(user_name)
    return visitor


@pytest.fixture
def visit(live: LiveCollege, browser: Browser) -> Iterator[Visit]:
    """`visit("section")` opens a fresh browser profile, signed in; any fault of the page fails the test at its end."""
    opened: list[Visitor] = []

    def begin(user_name: str | None = None, **options: Any) -> Visitor:
        opened.append(open_visitor(live, browser, user_name, **options))
        return opened[-1]

    yield begin
    for visitor in opened:
        visitor.context.close()
    assert [fault for visitor in opened for fault in visitor.complaints] == []
