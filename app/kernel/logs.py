"""Structured logs: one JSON object a line on standard output, with the request's number and no personal data."""

from __future__ import annotations

import logging
import sys
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("college")
QUIET = ("kernel.alive", "kernel.ready", "kernel.built", "static")
"""Routes whose answers say nothing worth keeping."""


def set_up(app: Flask, level: str) -> None:
    """Log every request of `app`, and the library's own messages, in the same form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "huey"):
        logging.getLogger(chatty).setLevel("WARNING")

    @app.after_request
    def tell(response: Response) -> Response:
        if request.endpoint not in QUIET:
            took = perf_counter() - g.started if "started" in g else 0.0
            log.info(
                "request",
                id=g.get("request_id"),
                method=request.method,
                route=str(request.url_rule or "-"),
                status=response.status_code,
                ms=round(took * 1000, 1),
            )
        return response
