"""A closed-loop load generator on keep-alive connections, and the CPU a process tree has used."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of the trees under `pids`, with that of children already reaped."""
    total = 0
    for root in pids:
        for pid in tree(root):
            try:
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(int(part) for part in parts[11:15])
    return total / TICK


def pss_bytes(pid: int) -> int:
    """Proportional memory of a process tree."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


@dataclass
class Result:
    """What a run gave: latencies in seconds, failures, wall time, CPU of the server."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0

    def percentile(self, share: float) -> float:
        """A percentile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.latencies) / self.wall if self.wall else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU of the server for one answer, in milliseconds."""
        return self.cpu * 1000 / len(self.latencies) if self.latencies else 0.0


Step = Callable[[http.client.HTTPConnection, int], None]


def run(port: int, step: Step, *, clients: int, seconds: float, pids: Sequence[int], most: int = 100_000) -> Result:
    """Keep `clients` connections busy with `step(connection, number)` for `seconds`, at most `most` times."""
    result, lock, counter = Result(), threading.Lock(), iter(range(most))
    end = time.perf_counter() + seconds

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine: list[float] = []
        broken: list[str] = []
        while time.perf_counter() < end:
            with lock:
                number = next(counter, None)
            if number is None:
                break
            began = time.perf_counter()
            try:
                step(connection, number)
                mine.append(time.perf_counter() - began)
            except Exception as error:
                broken.append(repr(error)[:200])
                connection.close()
        connection.close()
        with lock:
            result.latencies += mine
            result.failures += broken

    before, began = cpu_seconds(pids), time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.wall, result.cpu = time.perf_counter() - began, cpu_seconds(pids) - before
    return result


class Unexpected(Exception):
    """An answer with another status than the one that was to be measured."""


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> tuple[bytes, http.client.HTTPResponse]:
    """One request; another status than `status` is Unexpected."""
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != status:
        raise Unexpected(f"{answer.status} {path} {content[:150]!r}")
    return content, answer
