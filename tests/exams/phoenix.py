"""A web process that can be killed a hundred times a minute: one parent loads the college, each child serves it.

The parent reads lines. `start` asks for a child, whose number it prints; any other line is a request in JSON that the
parent answers itself, so that children inherit what it compiled. Children share the listening socket, so the address
stays the same. `python -m tests.exams.phoenix tests.exams.honest:app` or `… tests.exams.hasty:app`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from importlib import import_module
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log_request(self, *_: object) -> None:
        """Nothing."""


def tell(word: object) -> None:
    """One word, one line."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def rehearse(app: Any, line: str) -> None:
    """Answer one request in the parent and print the answer; no connection of it is left for the children."""
    asked = json.loads(line)
    answer = app.test_client().open(asked["path"], method=asked["method"], headers=asked["headers"], json=asked["body"])
    app.extensions["college"].engine.dispose()
    tell(json.dumps([answer.status_code, answer.get_json()]))


def bear(module: Any, app: Any, listening: socket.socket) -> int:
    """A child that serves until it is killed; its number."""
    while children and os.waitpid(-1, os.WNOHANG)[0]:
        children.pop()
    child = os.fork()
    if child == 0:
        os.setsid()
        if begin := getattr(module, "in_child", None):
            begin()
        make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno(), request_handler=Quiet).serve_forever()
    children.append(child)
    return child


children: list[int] = []
"""Those that were not buried yet; which of them it was does not matter, only how many."""


def main(target: str) -> None:
    """Serve until standard input ends."""
    name, _, attribute = target.partition(":")
    module = import_module(name)
    app = getattr(module, attribute)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    tell(listening.getsockname()[1])
    for line in sys.stdin:
        if line == "start\n":
            tell(bear(module, app, listening))
        else:
            rehearse(app, line)


if __name__ == "__main__":
    main(sys.argv[1])
