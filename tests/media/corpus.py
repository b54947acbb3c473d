"""Media files for tests, made by a script: honest ones and hostile ones. Nothing is downloaded, nothing is committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from app.media.ffmpeg import find_binary

FILM = ("-f", "lavfi", "-i", "testsrc2=size={size}:rate=10", "-f", "lavfi", "-i", "sine=440:sample_rate=24000")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "20", "-profile:v", "main")
AAC = ("-c:a", "aac", "-b:a", "48k")


def make(path: Path, *arguments: str) -> Path:
    """Run the encoder with plain arguments and give the file back."""
    subprocess.run([find_binary(), "-v", "error", "-y", *arguments, str(path)], check=True, stdin=subprocess.DEVNULL, timeout=120)
    return path


def film(path: Path, seconds: int = 6, size: str = "320x180", *more: str) -> Path:
    """A film with sound that plays as it is: H.264 Main, AAC, a keyframe every 2 s."""
    source = [part.format(size=size) for part in FILM]
    return make(path, *source, "-t", str(seconds), *H264, *AAC, "-movflags", "+faststart", *more)


def silent_film(path: Path) -> Path:
    """A film without a sound track."""
    return make(path, *(part.format(size="320x180") for part in FILM[:4]), "-t", "4", *H264)


def ten_bit_hevc(path: Path) -> Path:
    """What newer telephones record: HEVC Main 10."""
    codec = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error")
    return make(path, *(part.format(size="320x180") for part in FILM), "-t", "4", *codec, *AAC)


def sound(path: Path, *codec: str) -> Path:
    """A recording to listen to; the ending of the name chooses the container."""
    return make(path, *FILM[4:], "-t", "5", *codec)


def huge(path: Path) -> Path:
    """8192 × 8192 pixels in some 100 KB: a memory bomb when decoded."""
    return make(path, "-f", "lavfi", "-i", "color=gray:size=8192x8192:rate=1", "-t", "2", "-c:v", "libx264", "-preset", "ultrafast")


def broken_off(path: Path, whole: Path) -> Path:
    """The first half of a film."""
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def damaged(path: Path, whole: Path) -> Path:
    """A film whose samples are noise, while its tables are whole."""
    content = bytearray(whole.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes((at * 7919 + 13) % 256 for at in range(len(content) - start))
    path.write_bytes(content)
    return path


def playlist(path: Path, address: str) -> Path:
    """An HLS playlist that calls itself a film and points elsewhere."""
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\n{address}\n#EXT-X-ENDLIST\n")
    return path


def ffconcat(path: Path, address: str) -> Path:
    """A list for ffmpeg's own concat demuxer."""
    path.write_text(f"ffconcat version 1.0\nfile '{address}'\n")
    return path


def dash(path: Path, address: str) -> Path:
    """A DASH manifest."""
    path.write_text(f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{address}</BaseURL></MPD>')
    return path


def polyglot(path: Path, whole: Path) -> Path:
    """A film that is also a web page and a zip archive to whoever looks from the other end."""
    zip_end = b"PK\x05\x06" + bytes(18)
    path.write_bytes(whole.read_bytes() + b"<html><script>alert(1)</script></html>" + zip_end)
    return path


def pointing(path: Path, whole: Path, address: str) -> Path:
    """A QuickTime file whose data reference names another file (an `alis`/`url ` entry in `dref`)."""
    content = whole.read_bytes()
    at = content.index(b"url \x00\x00\x00\x01")
    swapped = content[: at + 4] + b"\x00\x00\x00\x00" + content[at + 8 :]
    path.write_bytes(swapped + address.encode())
    return path
