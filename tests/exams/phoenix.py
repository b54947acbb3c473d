"""A web process that can be killed a hundred times a minute: one parent loads the college, each child serves it.

The parent reads lines: each asks for a child, whose number it prints. Children share the listening socket, so the
address stays the same. `python -m tests.exams.phoenix wsgi:app` or `… tests.exams.hasty:app`.
"""

from __future__ import annotations

import os
import socket
import sys
from importlib import import_module

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log_request(self, *_: object) -> None:
        """Nothing."""


def tell(number: int) -> None:
    """One number, one line."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(target: str) -> None:
    """Serve until standard input ends."""
    module, _, name = target.partition(":")
    app = getattr(import_module(module), name)
    with app.app_context():
        app.test_client().get("/api/v1/exams", headers={"Authorization": "Bearer nobody"})  # what is compiled now, children inherit
        app.extensions["college"].engine.dispose()
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    tell(listening.getsockname()[1])
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            if begin := getattr(import_module(module), "in_child", None):
                begin()
            make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno(), request_handler=Quiet).serve_forever()
        tell(child)


if __name__ == "__main__":
    main(sys.argv[1])
