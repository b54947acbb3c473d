"""`make run`: database, demo college, web server and worker in one go; Ctrl-C stops all of it."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Settings, SettingsError  # noqa: E402  # the path above makes it importable from anywhere

ACCOUNTS = """\
    bureau division section manager engineer retraining
    instructor instructor2 reviewer school city city2
    unit-admin district personnel finance district-dept urban development class-teacher
    publicity united-front stationed state-assets trade labour
    sysadmin security auditor"""


def main() -> int:
    """Prepare, start, wait; the exit status is that of the first child that ended by itself."""
    os.chdir(ROOT)
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(f"run: {error}", file=sys.stderr)
        return 2
    if _taken(settings):
        print(f"run: port {settings.port} is in use; choose another, for example PORT={settings.port + 1} make run", file=sys.stderr)
        return 2
    if status := _prepare(settings):
        return status
    asked: list[int] = []
    for ending in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(ending, lambda number, _frame: asked.append(number))  # an exception could fall into a destructor, and be lost
    children: list[subprocess.Popen[bytes]] = []
    try:
        environ = _env(settings)
        children = [_start(command, environ) for command in (_flask("worker"), server(settings))]
        if _ready(settings, children, asked):
            _greet(settings)
        while not asked and all(child.poll() is None for child in children):
            time.sleep(0.3)
        return 0 if asked else next(child.returncode or 1 for child in children if child.poll() is not None)
    finally:
        _stop(children)


def _prepare(settings: Settings) -> int:
    """Database and demo up to date; nothing to do while code, courses and database are those of the last start."""
    stamp, value = settings.data_dir / "prepared.stamp", _fingerprint(settings)
    if not settings.database_url and (settings.data_dir / "college.sqlite3").exists() and stamp.exists() and stamp.read_text() == value:
        return 0
    status = subprocess.run(_flask("prepare"), check=False).returncode
    if status == 0:
        stamp.write_text(value)
    return status


def _fingerprint(settings: Settings) -> str:
    """Which migrations and courses this checkout has."""
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    names += sorted(str(path.relative_to(settings.content_dir)) for path in (settings.content_dir / "courses").rglob("*.yaml"))
    return hashlib.sha256("\n".join([settings.app_env, *names]).encode()).hexdigest()


def _flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def server(settings: Settings) -> list[str]:
    """Granian on the WSGI application; 64 blocking threads so that slow viewers hold nobody up (decisions 33)."""
    return [
        sys.executable, str(ROOT / "tools" / "serve.py"), "--interface", "wsgi", "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", str(settings.blocking_threads), "--respawn-failed-workers",
        "--no-ws", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


def _env(settings: Settings) -> dict[str, str]:
    """The environment of the children; throws away the figures of processes that are gone, so it is made before any is started."""
    shared = settings.data_dir / "metrics"
    shared.mkdir(parents=True, exist_ok=True)
    for old in shared.glob("*.db"):
        old.unlink(missing_ok=True)
    return {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(shared)}


def _taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((settings.host, settings.port)) == 0


def _ready(settings: Settings, children: list[subprocess.Popen[bytes]], asked: list[int], seconds: float = 30) -> bool:
    """Whether the college answers before `seconds` are over, no child has ended and nobody has asked for the end."""
    end = time.monotonic() + seconds
    while not asked and time.monotonic() < end and all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/readyz", timeout=2):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def _greet(settings: Settings) -> None:
    print(f"\n  干部网上学院已启动：http://{settings.host}:{settings.port}\n")
    if settings.is_demo:
        print(f"  演示账号（密码均为 Study-2026-demo）：\n{ACCOUNTS}\n")
    print("  按 Ctrl-C 停止。\n", flush=True)


def _start(command: list[str], environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """A child in a group of its own: Ctrl-C is ours alone, or the server takes the end of its workers for a failure and starts new ones."""
    return subprocess.Popen(command, env=environ, process_group=0)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
