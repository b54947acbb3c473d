"""The goals of docs/performance.md, each measured against its limit and beside its reference."""

from __future__ import annotations

import http.client
import itertools
import re
import statistics
import subprocess
import time
from collections.abc import Callable
from urllib.parse import urlencode

from argon2 import PasswordHasher
from sqlalchemy import text

from app.factory import metadata
from app.people.service.passwords import HASHER
from bench.clips import lecture
from bench.figures import Figure
from bench.load import Result, ask, cpu_seconds, pss_bytes, run
from bench.people import Learner, open_sessions, tokens
from bench.servers import ROOT, Server

PASSWORD = "Study-2026-demo"


def beats(server: Server, hello: Result) -> list[Figure]:
    """G1, G2, G3: a beat with all checks; its tail; what it leaves in the tables."""
    assert server.college is not None
    limit = 2.0 if server.college.engine.dialect.name == "sqlite" else 2.5
    learners = open_sessions(server.port, tokens(server.college, 600))
    _first_beats(server, learners)
    before = _table_bytes(server), _table_rows(server)
    one = _beat(server, learners[:200], clients=1, seconds=3)
    eight = _beat(server, learners[200:400], clients=8, seconds=4)
    many = _beat(server, learners[400:], clients=32, seconds=4)
    count = len(one.latencies) + len(eight.latencies) + len(many.latencies)
    growth = (_table_bytes(server) - before[0]) / max(count, 1)
    ratio = eight.rate / hello.rate if hello.rate else 0.0
    failed = len(one.failures) + len(eight.failures) + len(many.failures)
    return [
        Figure(
            "G1",
            "CPU of a beat, database included, 8 clients",
            eight.cpu_ms,
            limit,
            "ms",
            f"1 client {one.cpu_ms:.2f} ms; hello {hello.cpu_ms:.2f} ms",
        ),
        Figure("G1", "beats in a second against hello", ratio, 0.05, "≥ × hello", f"{eight.rate:.0f}/s"),
        Figure(
            "G2",
            "p99 against p50 at 32 clients",
            many.percentile(0.99) / max(many.percentile(0.5), 0.01),
            5,
            "×",
            f"p50 {many.percentile(0.5):.1f} ms, p99 {many.percentile(0.99):.1f} ms, {many.rate:.0f}/s",
        ),
        Figure("G2", "errors", failed, 0, "", "; ".join((one.failures + eight.failures + many.failures)[:1])),
        Figure(
            "G3",
            "new rows for a repeated beat",
            (_table_rows(server) - before[1]) / max(count, 1),
            0,
            "rows",
            f"{count} beats in open evidence chunks; each 40 beats of a session write one row of evidence",
        ),
        Figure("G3", "growth of the tables after vacuum", max(growth, 0), 60, "bytes a beat"),
    ]


def _first_beats(server: Server, learners: list[Learner]) -> None:
    """One beat of every learner, which makes the row of his coverage: what is measured afterwards is repetition."""
    waiting = iter(learners)

    def step(connection: http.client.HTTPConnection, _number: int) -> None:
        next(waiting).beat(connection)

    run(server.port, step, clients=1, seconds=120, pids=server.pids, most=len(learners))


def _beat(server: Server, learners: list[Learner], *, clients: int, seconds: float, rounds: int = 17) -> Result:
    """Every learner beats in turn; no two connections hold the same learner."""
    piles = [learners[n::clients] for n in range(clients)]
    turns = [itertools.cycle(pile) for pile in piles]
    owners: dict[int, int] = {}

    def step(connection: http.client.HTTPConnection, number: int) -> None:
        pile = owners.setdefault(id(connection), len(owners) % clients)
        next(turns[pile]).beat(connection)

    return run(server.port, step, clients=clients, seconds=seconds, pids=server.pids, most=len(learners) * rounds)


def eight_beating(server: Server, learners: list[Learner], seconds: float) -> Result:
    """Eight clients whose learners beat in turn, as often as their rate limit allows."""
    return _beat(server, learners, clients=8, seconds=seconds)


GROWING = ("learning_play_state", "learning_play_session", "learning_coverage", "learning_evidence", "learning_course_progress")


def _table_rows(server: Server) -> int:
    """Rows of the tables that study writes."""
    assert server.college is not None
    with server.college.engine.connect() as connection:
        return sum(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in GROWING)


def _table_bytes(server: Server) -> int:
    """Bytes of the tables that study writes, packed."""
    assert server.college is not None
    engine = server.college.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for name in GROWING:
                connection.execute(text(f"VACUUM FULL {name}"))
            return sum(connection.execute(text(f"SELECT pg_total_relation_size('{name}')")).scalar_one() for name in GROWING)
        page = connection.execute(text("PRAGMA page_size")).scalar_one()
        used = connection.execute(text("PRAGMA page_count")).scalar_one() - connection.execute(text("PRAGMA freelist_count")).scalar_one()
        return int(page * used)


def sign_in(port: int, user_name: str) -> tuple[str, float]:
    """A session cookie through the sign-in page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    content, answer = ask(connection, "GET", "/sign-in")
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    token = re.search(rb'name="csrf-token" content="([^"]+)"', content)
    assert token is not None
    form = urlencode({"user_name": user_name, "password": PASSWORD, "csrf_token": token[1].decode()}).encode()
    began = time.perf_counter()
    _, answer = ask(
        connection, "POST", "/sign-in", form, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}, status=303
    )
    took = time.perf_counter() - began
    connection.close()
    return (answer.getheader("Set-Cookie") or cookie).split(";")[0], took


def pages(server: Server, hello: Result) -> list[Figure]:
    """G7: CPU and size of the pages a learner sees most, after some 80 requests that are not counted."""
    cookie = sign_in(server.port, "section")[0]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    catalogue = ask(connection, "GET", "/courses", headers={"Cookie": cookie})[0]
    course = re.search(rb'href="(/courses/[0-9a-f-]{36})"', catalogue)
    assert course is not None
    found = []
    for name, path in (("home", "/"), ("catalogue", "/courses"), ("course page", course[1].decode()), ("ledger", "/ledger")):
        size = len(ask(connection, "GET", path, headers={"Cookie": cookie})[0])

        def step(link: http.client.HTTPConnection, _number: int, path: str = path) -> None:
            ask(link, "GET", path, headers={"Cookie": cookie})

        run(server.port, step, clients=4, seconds=30, pids=server.pids, most=80)  # both workers have it loaded
        result = run(server.port, step, clients=4, seconds=3, pids=server.pids)
        note = f"{result.cpu_ms / max(hello.cpu_ms, 0.001):.0f} × hello, {result.rate:.0f}/s"
        found += [Figure("G7", f"CPU of {name}", result.cpu_ms, 8, "ms", note), Figure("G7", f"HTML of {name}", size / 1000, 60, "kB")]
    return found


def signing_in(server: Server) -> list[Figure]:
    """G8: a whole sign-in against the bare hash of the same run (decisions 33)."""
    hasher: PasswordHasher = HASHER
    began = time.process_time()
    for _ in range(10):
        hasher.hash(PASSWORD)
    bare = (time.process_time() - began) * 100
    users = itertools.cycle(["bureau", "division", "section", "manager", "engineer", "finance", "personnel", "auditor"])
    before = cpu_seconds(server.pids)
    began = time.perf_counter()
    for _ in range(40):
        sign_in(server.port, next(users))
    wall, used = time.perf_counter() - began, (cpu_seconds(server.pids) - before) * 1000 / 40
    return [
        Figure(
            "G8",
            "CPU of a sign-in with its page against the bare hash",
            used / bare,
            1.9,
            "× hash",
            f"{used:.1f} ms, hash {bare:.1f} ms, {40 / wall:.0f}/s",
        )
    ]


def memory(server: Server) -> list[Figure]:
    """G13: memory of two workers after many requests, and its growth over the second half."""
    cookie = sign_in(server.port, "section")[0]

    def step(connection: http.client.HTTPConnection, number: int) -> None:
        ask(connection, "GET", ("/", "/courses", "/ledger", "/healthz")[number % 4], headers={"Cookie": cookie})

    run(server.port, step, clients=4, seconds=20, pids=server.pids, most=4000)
    middle = pss_bytes(server.pids[0])
    run(server.port, step, clients=4, seconds=20, pids=server.pids, most=4000)
    end = pss_bytes(server.pids[0])
    return [
        Figure("G13", "memory of 2 workers (PSS)", end / 2**20, 300, "MiB"),
        Figure("G13", "growth over the second 4,000 requests", (end - middle) * 100 / middle, 5, "%"),
        Figure("G13", "cold start to the first answer", server.started_in, 1.5, "s"),
    ]


def publishing(server: Server) -> list[Figure]:
    """G14: the product's pipeline against the bare ffmpeg ladder, and remuxing against real time."""
    assert server.college is not None
    from bench.pipeline import bare_ladder, product

    source = lecture(server.folder / "lecture.mp4", 60)
    bare = statistics.median(_children_cpu(lambda: bare_ladder(source, server.folder / "bare")) for _ in range(2))
    ours, remux = product(server, source)
    return [
        Figure("G14", "CPU of publishing against the bare ladder", ours / bare, 1.2, "×", f"{ours:.1f} s, bare {bare:.1f} s for 60 s"),
        Figure("G14", "remuxing a conforming file", 60 / max(remux, 0.001), 50, "≥ × real time", f"{remux:.2f} s"),
    ]


def _children_cpu(act: Callable[[], None]) -> float:
    """CPU seconds of the child processes of `act`."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def weight() -> list[Figure]:
    """G12 in bytes: the built files, packed as they travel."""
    dist = ROOT / "app" / "static" / "dist"
    subprocess.run(["true"], check=True)
    metadata()
    packed = {path.name: path.stat().st_size for path in dist.glob("*.gz")}
    styles = max((size for name, size in packed.items() if name.startswith("app.") and ".css" in name), default=0)
    core = max((size for name, size in packed.items() if name.startswith("app.") and ".js" in name), default=0)
    player = max((size for name, size in packed.items() if name.startswith("player.")), default=0)
    return [
        Figure("G12", "core script, packed", core / 1000, 20, "kB"),
        Figure("G12", "styles, packed", styles / 1000, 15, "kB"),
        Figure("G12", "player script, packed", player / 1000, 130, "kB"),
    ]
