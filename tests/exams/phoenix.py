"""A web process and a worker that can be killed a hundred times a minute: one parent loads the college, each child runs it.

The parent reads lines. `start` asks for a child that serves, `work` for one that works; it prints the child's number. Any
other line is a request in JSON that the parent answers itself, so that children inherit what it compiled. Children share
the listening socket, so the address stays the same. `python -m tests.exams.phoenix tests.exams.honest:app`, or hasty, or careless.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from app.jobs import worker

SWEEP_SECONDS = 0.05
"""How often the worker looks for work: in a life of a tenth of a second it must have come to some."""


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


def serve(module: Any, app: Any, listening: socket.socket) -> None:
    """The life of a web process."""
    if begin := getattr(module, "in_child", None):
        begin()
    make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno(), request_handler=Quiet).serve_forever()


def work(app: Any) -> None:
    """The life of a worker: the lane in which deadlines are."""
    worker.SWEEP_SECONDS = SWEEP_SECONDS
    with app.app_context():
        worker.Lane(app.extensions["college"], long=False).serve(threading.Event())


def bear(live: Callable[[], None]) -> int:
    """A child that lives until it is killed; its number."""
    while children and os.waitpid(-1, os.WNOHANG)[0]:
        children.pop()
    child = os.fork()
    if child == 0:
        os.setsid()
        live()
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
            tell(bear(lambda: serve(module, app, listening)))
        elif line == "work\n":
            tell(bear(lambda: work(app)))
        else:
            rehearse(app, line)


if __name__ == "__main__":
    main(sys.argv[1])
