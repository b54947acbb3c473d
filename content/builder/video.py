"""Pictures + sound → one MP4 that loads by remuxing: H.264 High ≤ 4.0, key frame ≤ 4 s, AAC mono (decision 35)."""

import json
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe

from content.builder.speech import RATE, Samples

FRAMES_PER_SECOND = 5
KEY_FRAME_S = 4
LOUDNESS = -16.0
"""Integrated loudness in LUFS; peaks at most −1.9 dB."""
_QUALITY = "40"
"""x264 quality: still slides are referenced for seconds, so macroblock-tree lifts them far above what 38 suggests."""


def _ffmpeg(*arguments: str | Path) -> str:
    """Run ffmpeg and return what it said. Raises CalledProcessError."""
    command = [get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def write_wave(samples: Samples, to: Path) -> None:
    """Samples as a 16-bit mono file, scaled down only where they would clip."""
    peak = max(1.0, float(np.abs(samples).max()))
    with wave.open(str(to), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples / peak * 32767).astype("<i2").tobytes())


def loudness(media: Path, behind: str = "") -> dict[str, str]:
    """What loudnorm measures behind a filter (none: ""): input_i (LUFS), input_tp, input_lra, input_thresh."""
    said = _ffmpeg("-i", media, "-vn", "-af", f"{behind}loudnorm=print_format=json", "-f", "null", "-")
    measured: dict[str, str] = json.loads(said[said.rindex("{") : said.rindex("}") + 1])
    return measured


def _levelled(sound: Path) -> str:
    """The filter that brings a recording to `LOUDNESS`: gain, then a limiter for the rare peaks, corrected once."""
    gain = LOUDNESS - float(loudness(sound)["input_i"])
    heard = float(loudness(sound, f"{_gained(gain)},")["input_i"])
    return _gained(gain + LOUDNESS - heard)


def _gained(gain: float) -> str:
    return f"volume={gain:.2f}dB,alimiter=level=0:limit=0.8:attack=2:release=50,aresample={RATE}"


def encode(shots: Sequence[tuple[int, Path]], duration_ms: int, sound: Path, to: Path) -> None:
    """Write the lecture. `shots` are (moment in ms, picture), the first at 0; frame times are multiples of 200 ms."""
    step = 1000 // FRAMES_PER_SECOND
    edges = [round(at / step) for at, _ in shots] + [-(-duration_ms // step)]
    lines = ["ffconcat version 1.0"]
    for (_, picture), start, stop in zip(shots, edges, edges[1:], strict=False):
        lines += [f"file '{picture}'", f"duration {(stop - start) * step / 1000:.3f}"]
    lines.append(f"file '{shots[-1][1]}'")
    plan = sound.with_suffix(".ffconcat")
    plan.write_text("\n".join(lines), encoding="utf-8")
    _ffmpeg(
        *("-f", "concat", "-safe", "0", "-i", plan, "-i", sound, "-map", "0:v", "-map", "1:a"),
        *("-vf", f"fps={FRAMES_PER_SECOND},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"),
        *("-frames:v", str(edges[-1])),
        *("-c:v", "libx264", "-profile:v", "high", "-level:v", "4.0", "-preset", "veryslow"),
        *("-x264-params", "chroma-qp-offset=-5"),
        *("-crf", _QUALITY, "-g", str(FRAMES_PER_SECOND * KEY_FRAME_S), "-keyint_min", "1", "-bf", "0", "-threads", "1"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-af", _levelled(sound), "-c:a", "aac", "-b:a", "32k", "-ar", str(RATE), "-ac", "1"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-movflags", "+faststart", to),
    )


def poster(picture: Path, to: Path) -> None:
    """The title slide as a small JPEG, 640 × 360."""
    _ffmpeg("-i", picture, "-vf", "scale=640:360:flags=lanczos", "-q:v", "6", "-fflags", "+bitexact", "-flags:v", "+bitexact", to)
