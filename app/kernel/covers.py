"""Covers drawn from a hash: layered hills under a sun, never a grey box (frontend.md §1b, §6.24)."""

from __future__ import annotations

import hashlib

PALETTES = (
    ("#DCE9F5", "#F1B9A9", ("#95BAD8", "#6097C2", "#3573A5", "#17568C")),
    ("#E2F0E9", "#F4D9A0", ("#A6D3C1", "#74B79B", "#428F70", "#1B6E53")),
    ("#F8EFDD", "#E79A82", ("#E5C795", "#C99E54", "#A5772A", "#7E560F")),
    ("#E4E9F2", "#F0B4A8", ("#ABB7D0", "#7C8DB1", "#526590", "#2E4270")),
    ("#F6E7E2", "#F3C98B", ("#E2B3A6", "#C98373", "#A75747", "#82382B")),
    ("#E6EEEF", "#F2C3A7", ("#A9C4C8", "#75A0A6", "#467780", "#215660")),
)
"""Sky, sun and four layers of hills, in the design's pigments."""


def cover_svg(seed: str) -> str:
    """A 640 × 360 landscape; the same seed always gives the same picture."""
    digest = hashlib.sha256(seed.encode()).digest()
    sky, sun, hills = PALETTES[digest[0] % len(PALETTES)]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">',
        f'<rect width="640" height="360" fill="{sky}"/>',
        f'<circle cx="{320 + digest[1]}" cy="{84 + digest[2] % 50}" r="{34 + digest[3] % 10}" fill="{sun}"/>',
    ]
    for layer, colour in enumerate(hills):
        parts.append(f'<path d="{_ridge(digest[4 + layer * 6 : 10 + layer * 6], 150 + layer * 54)}" fill="{colour}"/>')
    return "".join(parts) + "</svg>"


def _ridge(noise: bytes, height: int) -> str:
    """A soft line of hills across the picture, closed at its foot."""
    step = 640 // (len(noise) - 1)
    points = [(index * step, height + byte % 44 - 22) for index, byte in enumerate(noise)]
    path = [f"M0 360V{points[0][1]}"]
    for (left, _), (right, level) in zip(points, points[1:], strict=False):
        middle = (left + right) // 2
        path.append(f"Q{middle} {level - 34} {right} {level}")
    return "".join(path) + f"L640 {points[-1][1]}V360Z"
