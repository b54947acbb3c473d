"""A lecture to measure with: moving test picture and a voice-like tone, H.264 and AAC."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg


def lecture(path: Path, seconds: int) -> Path:
    """A 1280 × 720 film of `seconds`, conforming (remux is enough), a keyframe every four seconds."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=size=1280x720:rate=25:duration={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"sine=frequency=220:duration={seconds}",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "100",
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-shortest",
        str(path),
    ]
    subprocess.run(command, check=True)
    return path
