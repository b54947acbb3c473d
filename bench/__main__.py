"""`make bench`: every goal on SQLite and PostgreSQL, with the reference first; figures go to bench-results/ as JSON."""

from __future__ import annotations

import argparse
import dataclasses
import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import bank, browser, city, compliance, desk, exams, figures, goals, regrading, tails
from bench.load import Result, ask, run
from bench.servers import ROOT, Server, college, hello

PARTS: dict[str, Callable[[Server, Result], list[figures.Figure]]] = {
    "beats": goals.beats,
    "pages": goals.pages,
    "sign-in": lambda server, _hello: goals.signing_in(server),
    "memory": lambda server, _hello: goals.memory(server),
    "publishing": lambda server, _hello: goals.publishing(server),
    "chromium": lambda server, hello: browser.pages_in_chromium(server, hello, goals.PASSWORD),
    "tails": lambda server, _hello: tails.tails(server, goals.eight_beating, goals.sign_in),
}

WHOLE: dict[str, Callable[[Server, Result], list[figures.Figure]]] = {
    "exams": exams.exams,
    "regrade": lambda server, _hello: regrading.regrading(server),
    "bank": lambda server, _hello: bank.bank(server),
    "desk": desk.desk,
    "compliance": lambda server, _hello: compliance.compliance(server),
    "city": lambda server, _hello: city.loading(server),
    "verify": lambda server, _hello: city.verifying(server),
    "import": lambda server, _hello: city.importing(server),
}
"""Parts that take minutes: measured at full scale, or when they are named."""

SHORT: dict[str, Callable[[Server, Result], list[figures.Figure]]] = {
    "exams": lambda server, hello: exams.exams(server, hello, candidates=200),
    "regrade": lambda server, _hello: regrading.regrading(server, sittings=1_000),
    "bank": lambda server, _hello: bank.bank(server, rows=1_000),
}
"""Those of them that every run measures, with a tenth of the candidates, sittings and rows, and of the limits that grow with them."""


def main() -> int:
    """Measure, print each figure with its limit, write them down; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", default="s", choices=["xs", "s", "m", "full"])
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--only", default="", help="parts, separated by commas")
    parser.add_argument("--short", action="store_true", help="a tenth of exams, regrade and bank, where they are named")
    parser.add_argument("--keep", type=Path, help="folder in which the colleges stay, and are found again by the next run")
    options = parser.parse_args()
    is_full = options.scale == "full"
    named = options.only.split(",") if options.only else [*WHOLE, *PARTS] if is_full else [*PARTS, *SHORT]
    known = PARTS | WHOLE | (SHORT if options.short or not (options.only or is_full) else {})
    calibrator = reference()
    print(f"reference: hello {calibrator.cpu_ms:.3f} ms CPU, {calibrator.rate:.0f}/s on {os.cpu_count()} cores")
    report = {
        "hello_cpu_ms": calibrator.cpu_ms,
        "hello_per_second": calibrator.rate,
        "scale": options.scale,
        "figures": {"assets": shown("assets", goals.weight())},
    }
    for engine in options.engines.split(","):
        with college(engine, options.scale, options.keep) as server:
            for part in named:
                began = time.perf_counter()
                report["figures"].setdefault(engine, []).extend(shown(engine, known[part](server, calibrator)))
                print(f"  ({part} on {engine}: {time.perf_counter() - began:.0f} s)", flush=True)
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    (folder / "latest.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    missed = [figure for figures in report["figures"].values() for figure in figures if not figure["holds"]]
    print(f"{len(missed)} of {sum(len(figures) for figures in report['figures'].values())} figures miss their limit")
    return 1 if missed else 0


def reference() -> Result:
    """Flask saying hello on the same server with the same load."""

    def step(connection: http.client.HTTPConnection, _number: int) -> None:
        ask(connection, "GET", "/")

    with hello() as server:
        return run(server.port, step, clients=8, seconds=3, pids=server.pids)


def shown(engine: str, figures: list[figures.Figure]) -> list[dict[str, object]]:
    """Print figures as they come and give them as plain data."""
    for figure in figures:
        mark = "ok  " if figure.holds else "MISS"
        print(
            f"{mark} {engine:<10} {figure.goal:<4} {figure.what}: {figure.value:.2f} (limit {figure.limit:g}) {figure.unit}  {figure.note}",
            flush=True,
        )
    return [dataclasses.asdict(figure) | {"holds": figure.holds} for figure in figures]


if __name__ == "__main__":
    sys.exit(main())
