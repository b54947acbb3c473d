"""Where ffmpeg is, and how it is called: arguments by ffmpeg-python's builder, process by our confined runner.

ffmpeg-python only builds the list (dependencies.md §3); a swap of the builder stays inside this file. Every input has
its demuxer forced, may open nothing but local files and no protocol but `file`, and is named `input.bin`.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from app.media import confine
from app.media.probe import Unfit
from app.media.rules import AUDIO_CODECS, VIDEO_CODECS, Reason
from app.media.runner import Finished, Limits, open_to_child, run, take_back

INPUT = "input.bin"
NEEDED = ("libx264", "aac", "mjpeg")
Node = Any
"""A node of ffmpeg-python's graph; the library carries no types."""

_DECODERS = {"mp3": "mp3float,mp3", "av1": "av1,libdav1d", "opus": "opus,libopus", "vorbis": "vorbis,libvorbis",
             "vp8": "vp8,libvpx", "vp9": "vp9,libvpx-vp9", "amr_nb": "amrnb", "amr_wb": "amrwb"}  # fmt: skip


@dataclass(frozen=True)
class Binary:
    """An ffmpeg that was found: where, which version, and which of the encoders we need it lacks."""

    path: str
    version: str
    missing: tuple[str, ...] = ()


def find_binary(setting: str = "") -> str:
    """The ffmpeg to use: the setting, else PATH, else the wheel's. Raises Unfit(no_encoder) when there is none."""
    if setting:
        found = shutil.which(setting)
        if found is None:
            raise Unfit(Reason.NO_ENCODER, f"FFMPEG_BINARY is not a program: {setting}")
        return str(Path(found).resolve())
    if found := shutil.which("ffmpeg"):
        return str(Path(found).resolve())
    try:
        return str(Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve())
    except RuntimeError as error:
        raise Unfit(Reason.NO_ENCODER, str(error)) from error


@lru_cache(maxsize=8)
def inspect(path: str) -> Binary:
    """Version and encoders of the program at `path`."""
    shown = _said(path, "-version")
    version = re.match(r"ffmpeg version (\S+)", shown)
    encoders = set(re.findall(r"^ [A-Z.]{6} (\S+)", _said(path, "-encoders"), re.MULTILINE))
    return Binary(path, version[1] if version else "?", tuple(name for name in NEEDED if name not in encoders))


def _said(path: str, option: str) -> str:
    """What the program prints for one option; nothing when it does not run."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(  # a program named by the operator, one fixed option
            [path, "-hide_banner", option] if option != "-version" else [path, option],
            capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
        ).stdout  # fmt: skip
    return ""


def source(demuxer: str, **options: Any) -> Node:
    """The untrusted file as an input: forced demuxer, no protocol but local files, only decoders we accept."""
    return ffmpeg.input(INPUT, f=demuxer, protocol_whitelist="file", codec_whitelist=_codecs(), **options)


@lru_cache(maxsize=1)
def _codecs() -> str:
    """The accepted codecs by the names of their decoders."""
    return ",".join(_DECODERS.get(name, name) for name in sorted(VIDEO_CODECS | AUDIO_CODECS))


@dataclass(frozen=True)
class Bench:
    """One job's workplace: the program, the folder it may write, and what it may use."""

    binary: str
    job: Path
    limits: Limits

    def call(self, nodes: Node, on_progress: Callable[[int], None] | None = None, *, talks: bool = False) -> Finished:
        """Run one ffmpeg over built `nodes`; `on_progress` hears the milliseconds written and may raise Stop.

        Raises Unfit with the reason when it does not end well. `talks` keeps information lines (measurements).
        """
        outputs = nodes if isinstance(nodes, (list, tuple)) else [nodes]
        graph = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
        level = "info" if talks else "error"
        general = ("-hide_banner", "-nostdin", "-nostats", "-y", "-v", level, "-max_alloc", "536870912", "-progress", "pipe:1")
        command = ffmpeg.compile(graph.global_args(*general), cmd=self.binary)
        finished = self.start(command, on_progress)
        if not finished.went_well:
            raise Unfit(why(finished), finished.errors)
        return finished

    def start(self, command: Sequence[str], on_progress: Callable[[int], None] | None = None) -> Finished:
        """Run a command line in the job folder under the limits."""
        open_to_child(self.job)
        program = Path(command[0])
        readable = [str(program), str(program.parent.parent / "lib")]
        spec = json.dumps({"limits": self.limits.spec(), "job": str(self.job), "readable": readable})
        launcher = (sys.executable, "-I", "-S", str(confine.__file__), spec, "--", *command)
        try:
            return run(launcher, self.limits, on_line=_progress(on_progress))
        finally:
            take_back(self.job)


def _progress(on_progress: Callable[[int], None] | None) -> Callable[[str], None]:
    """A reader of `-progress` lines that passes on the time written so far."""

    def read(line: str) -> None:
        name, _equals, value = line.partition("=")
        if on_progress is not None and name == "out_time_us" and value.strip().lstrip("-").isdigit():
            on_progress(max(0, int(value) // 1_000))

    return read


def why(finished: Finished) -> Reason:
    """What an unhappy end of ffmpeg means."""
    said = finished.errors
    if finished.stopped:
        return Reason(finished.stopped)
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return Reason.NO_SPACE
    if finished.status in (-24, 128 + 24):
        return Reason.TIME_LIMIT
    if "Cannot allocate memory" in said or "MemoryError" in said:
        return Reason.MEMORY_LIMIT
    if "Unknown encoder" in said:
        return Reason.NO_ENCODER
    return Reason.DAMAGED
