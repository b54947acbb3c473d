"""Figures for the operator: requests by route and status, and how long they took (`/metrics`)."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

REQUESTS = Counter("college_requests_total", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram("college_request_seconds", "Time to answer", ["endpoint"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5))


def set_up(app: Flask) -> None:
    """Count every request of `app`."""

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
        if "started" in g:
            SECONDS.labels(endpoint).observe(perf_counter() - g.started)
        return response


def exposition(multiprocess_dir: str | None) -> bytes:
    """The text format of all processes, where they share a folder, else of this one."""
    if not multiprocess_dir:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=multiprocess_dir)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
