"""The first pages of a PDF as pictures, painted by a confined child; what cannot be painted says why, and the file stays as it is.

The child gets the bytes on its standard input, an empty folder, no network, and little of everything (app/media/confine.py).
What it writes is never decoded here: a picture of the announced kind and of a modest size is kept and shown, anything else is not.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from app.kernel.storage import Storage
from app.media.runner import MIB, Finished, Limits, open_to_child, run

ROOT = Path(__file__).resolve().parents[3]
LIMITS = Limits(seconds=15, cpu=10, memory=1_024 * MIB, file=4 * MIB, nice=5)
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from app.claims.pdf_child import main; main()"
SHOWN = 3
"""Pages that are painted."""
PIXELS = 1400
"""Greatest width and height of a painted page."""
PNG = b"\x89PNG\r\n\x1a\n"
CPU_SPENT, TOO_LONG = (-24, 152, -9, 137), (-25, 153)
"""How a child ends that has used up its seconds, or the bytes of a file."""


@dataclass(frozen=True)
class Paper:
    """How many pages a PDF has and how many are painted; `why` not: broken, locked, time_limit, memory_limit, empty."""

    pages: int = 0
    shown: int = 0
    why: str = ""


def paint(store: Storage, sha256: str, limits: Limits = LIMITS) -> Paper:
    """Paint the first pages of a kept PDF once. Outside any transaction."""
    before = paper(store, sha256)
    if before is not None:
        return before
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="paper-") as job, store.path(_key(sha256)).open("rb") as file:
        open_to_child(Path(job))
        spec = json.dumps({"limits": limits.spec(), "job": job, "shown": SHOWN, "pixels": PIXELS})
        finished = run((sys.executable, "-I", "-c", START, str(ROOT), spec), limits, stdin=file, on_line=lines.append)
        found = _told(finished, lines)
        pictures = [_picture(Path(job), number) for number in range(1, found.shown + 1)]
    if None in pictures:
        found, pictures = Paper(found.pages, 0, "broken"), []
    for number, picture in enumerate(pictures, 1):
        store.put(_key(sha256, f".{number}.png"), picture or b"")
    store.put(_key(sha256, ".pages"), json.dumps(asdict(found)).encode())
    return found


def paper(store: Storage, sha256: str) -> Paper | None:
    """What is known of a PDF; None for one that was never painted."""
    path = store.path(_key(sha256, ".pages"))
    return Paper(**json.loads(path.read_bytes())) if path.exists() else None


def page_place(store: Storage, sha256: str, number: int) -> Path | None:
    """Where the picture of a page lies, if there is one."""
    found = paper(store, sha256)
    return store.path(_key(sha256, f".{number}.png")) if found is not None and 1 <= number <= found.shown else None


def _told(finished: Finished, lines: list[str]) -> Paper:
    """The child's answer, or what its unhappy end means."""
    if finished.went_well:
        answer = json.loads("".join(lines)[:1000] or "{}")
        pages, shown = int(answer.get("pages", 0)), min(int(answer.get("shown", 0)), SHOWN)
        return Paper(pages, shown, str(answer.get("why", "" if shown else "empty"))[:20])
    if finished.stopped == "time_limit" or finished.status in CPU_SPENT:
        return Paper(why="time_limit")
    is_memory = finished.status in TOO_LONG or "MemoryError" in finished.errors
    return Paper(why="memory_limit" if is_memory else "broken")


def _picture(job: Path, number: int) -> bytes | None:
    """A painted page as it was written, if it is one: a plain file with the mark of a PNG."""
    path = job / f"{number}.png"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with open(handle, "rb") as file:
        content = file.read(LIMITS.file + 1)
    return content if content.startswith(PNG) and len(content) <= LIMITS.file else None


def _key(sha256: str, ending: str = "") -> str:
    return f"{sha256[:2]}/{sha256}{ending}"
