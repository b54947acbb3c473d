"""Granian with the college's modules imported once, before its workers part: they share that memory and start sooner.

Takes the arguments of granian. Nothing is opened here (no database, no thread): each worker makes its own application.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


M_ARENA_MAX = -8
"""The name of a parameter of glibc's mallopt(3)."""


def share_one_heap() -> None:
    """One heap for all threads of a worker: hashing a password takes 19 MiB for a moment, on any of them.

    glibc would give each thread a heap of its own and keep such blocks in all of them: 440 MiB after 64 sign-ins at once
    instead of 265. Python allocates under one lock anyway.
    """
    try:
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    except (AttributeError, OSError):
        return  # another C library, which has no such habit


def main() -> None:
    """Import, freeze what was imported, serve."""
    share_one_heap()
    gc.disable()
    from granian.cli import entrypoint

    from app.factory import preload

    preload()
    gc.freeze()
    gc.enable()
    entrypoint()  # type: ignore[no-untyped-call]  # granian's command line ships no types


if __name__ == "__main__":
    main()
