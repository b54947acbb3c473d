"""Short films for journeys, made by the same ffmpeg that the college uses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg


def make_clip(path: Path, seconds: int = 30, size: str = "640x360") -> Path:
    """A film of moving bars with a tone: H.264 and AAC, a keyframe every two seconds."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=size={size}:rate=10:duration={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"sine=frequency=330:duration={seconds}",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "20",
        "-c:a",
        "aac",
        "-b:a",
        "48k",
        "-shortest",
        str(path),
    ]
    subprocess.run(command, check=True)
    return path


def captions(seconds: int = 30) -> str:
    """One line of captions for every five seconds."""
    lines = ["WEBVTT", ""]
    for start in range(0, seconds, 5):
        lines += [f"00:00:{start:02}.000 --> 00:00:{min(start + 5, seconds):02}.000", f"第 {start} 秒起的字幕。", ""]
    return "\n".join(lines)
