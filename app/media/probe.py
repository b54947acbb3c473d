"""Asks a confined child what a file holds. The web process and the worker never open an untrusted file themselves."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.media.rules import Picture, Probed, Reason, Sound
from app.media.runner import MIB, Finished, Limits, open_to_child, run

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(seconds=60, cpu=60, memory=1_536 * MIB, file=MIB)
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from app.media.probe_child import main; main()"


class Unfit(Exception):
    """A file that the pipeline cannot use: the reason, figures for its sentence, and words for the log."""

    def __init__(self, reason: Reason, words: str = "", /, **facts: int | str) -> None:
        super().__init__(f"{reason}: {words}" if words else str(reason))
        self.reason = reason
        self.words = words
        self.facts = facts


def probe(path: Path, demuxer: str, limits: Limits = LIMITS) -> Probed:
    """What `path` holds, read by the forced `demuxer`. Raises Unfit when it cannot be read within the limits."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="probe-") as job, path.open("rb") as file:
        open_to_child(Path(job))
        spec = json.dumps({"limits": limits.spec(), "job": job, "demuxer": demuxer})
        command = (sys.executable, "-I", "-c", START, str(ROOT), spec)
        finished = run(command, limits, stdin=file, on_line=lines.append)
    if not finished.went_well:
        raise Unfit(_why(finished), finished.errors)
    answer = json.loads("".join(lines) or "{}")
    if "duration_ms" not in answer:
        words = answer.get("words", "")
        broken_off = "moov atom not found" in words
        raise Unfit(Reason.TRUNCATED if broken_off else Reason(answer.get("error", "unreadable")), words)
    return _probed(answer)


def _why(finished: Finished) -> Reason:
    """What an unhappy end of the child means."""
    if finished.stopped == "time_limit" or finished.status in (-24, 152):
        return Reason.TIME_LIMIT
    return Reason.MEMORY_LIMIT if "MemoryError" in finished.errors else Reason.UNREADABLE


def _probed(answer: dict[str, Any]) -> Probed:
    """The child's JSON as facts; a film track of which no frame decodes is damage."""
    picture, sound = answer["picture"], answer["sound"]
    if picture is not None and not picture.pop("decodes", True):
        raise Unfit(Reason.DAMAGED)
    return Probed(
        demuxer=answer["demuxer"],
        duration_ms=answer["duration_ms"],
        held_ms=answer["held_ms"],
        streams=answer["streams"],
        picture=Picture(**{**picture, "aspect": tuple(picture["aspect"])}) if picture else None,
        sound=Sound(**sound) if sound else None,
    )
